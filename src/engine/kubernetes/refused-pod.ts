import type { CoreV1Event } from '@kubernetes/client-node';
import { OrqError } from '../../model/errors.ts';
import type { Client } from './client.ts';
import { eventsOf, makersOf } from './events-of.ts';
import { notAdmitted } from './explain-forbidden.ts';

/** Why there will be no Pod. They are made by controllers: a quota, a limit or a policy that speaks against one is told in an event only. */
export async function refusedPod(
  client: Client,
  name: string,
  signal: AbortSignal,
): Promise<OrqError | undefined> {
  if ((await makersOf(client, name, signal)).length === 0) return removed(client, name);
  const refusal = (await eventsOf(client, name, signal)).findLast(isRefusal);
  if (refusal === undefined) return undefined;
  // `Create Pod x-0 in StatefulSet x failed error: pods "x-0" is forbidden: …`
  const message = (refusal.message ?? '').replace(/^.*?(?=\bpods "[^"]*" is forbidden: )/is, '');
  const pod = /^pods "([^"]*)"/.exec(message)?.[1];
  return notAdmitted(client, message, { verb: 'create', resource: 'pods', ...(pod ? { name: pod } : {}) });
}

function isRefusal({ reason, message = '' }: CoreV1Event): boolean {
  return reason === 'FailedCreate' && message.includes(' is forbidden: ');
}

function removed({ namespace }: Client, name: string): OrqError {
  return new OrqError({
    code: 'DATABASE_NOT_STARTED',
    message: `Somebody has removed ${name} while it was being started.`,
    hint: `orq db list --namespace ${namespace}`,
  });
}
