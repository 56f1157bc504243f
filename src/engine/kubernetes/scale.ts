import type { V1StatefulSet } from '@kubernetes/client-node';
import { databaseLabels } from '../../model/database.ts';
import { type Client, request } from './client.ts';
import { currentCluster, hibernate } from './clusters.ts';
import { kinds } from './kinds.ts';
import { readObject } from './objects.ts';
import { ourSecret } from './own-objects.ts';
import { podsOf } from './pods.ts';
import { untilNone } from './remove-database.ts';

/** Starts or stops the server of a database, where it has one. Throws NOT_FOUND, CONFLICT for what is not ours. */
export async function scale(
  client: Client,
  name: string,
  replicas: 0 | 1,
  signal?: AbortSignal,
): Promise<void> {
  const secret = await ourSecret(client, name, signal);
  if (secret.metadata?.labels?.[databaseLabels.operator] === 'cnpg')
    await hibernate(client, currentCluster(secret), { asleep: replicas === 0, signal });
  else await setReplicas(client, name, { replicas, signal });
}

/** Stops the server of a database, and waits until its Pod is gone. Throws ENGINE_FAILED when it does not go. */
export async function stop(
  client: Client,
  name: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  await scale(client, name, 0, signal);
  await untilNone(client, { name, selections: [podsOf(name)] }, signal);
}

async function setReplicas(
  client: Client,
  name: string,
  { replicas, signal }: { readonly replicas: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const set = await readObject<V1StatefulSet>(client, { kind: kinds.statefulSet, name }, signal);
  if (set?.spec === undefined || set.spec.replicas === replicas) return;
  const asked = { verb: 'patch', ...kinds.statefulSet.asked, name, signal } as const;
  const { apiVersion, kind } = kinds.statefulSet;
  const { selector, template } = set.spec;
  const spec = { selector, template, replicas };
  await request(client, asked, ({ objects, namespace }) =>
    objects.patch<V1StatefulSet>({ apiVersion, kind, metadata: { name, namespace }, spec }),
  );
}
