import type { KubernetesObject, V1Secret } from '@kubernetes/client-node';
import { OrqError } from '../../model/errors.ts';
import type { Client } from './client.ts';
import { kinds } from './kinds.ts';
import { applyObject, type Named, readObject } from './objects.ts';
import { isOurs } from './observe.ts';

/** Applies an object unless one of its name is there that orq did not make. */
export async function applyOwn<Type extends KubernetesObject>(
  client: Client,
  named: Named,
  { body, signal }: { readonly body: Type; readonly signal: AbortSignal },
): Promise<Type> {
  const found = await readObject<Type>(client, named, signal);
  if (found !== undefined && !isOurs(found.metadata)) throw strangers(client, named);
  return applyObject(client, named, body, signal);
}

/** The Secret of a database. Throws NOT_FOUND, CONFLICT for one that orq did not make. */
export async function ourSecret(client: Client, name: string, signal?: AbortSignal): Promise<V1Secret> {
  const named = { kind: kinds.secret, name };
  const secret = await readObject<V1Secret>(client, named, signal);
  if (secret === undefined)
    throw new OrqError({
      code: 'NOT_FOUND',
      message: `The database ${name} is not in the namespace ${client.namespace}.`,
      hint: 'orq db list',
    });
  if (!isOurs(secret.metadata)) throw strangers(client, named);
  return secret;
}

/** Error for an object that orq did not make, or made for something else. */
export function strangers({ namespace }: Client, { kind, name }: Named): OrqError {
  return new OrqError({
    code: 'CONFLICT',
    message: `A ${kind.kind} ${name} is in the namespace ${namespace} that orq did not make for it.`,
    hint: `kubectl -n ${namespace} get ${kind.asked.resource} ${name} -o yaml`,
  });
}
