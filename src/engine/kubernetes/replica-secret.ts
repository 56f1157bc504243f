import type { V1Secret } from '@kubernetes/client-node';
import { databaseLabels } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { PrimaryRecord } from '../../model/replication.ts';
import type { Client } from './client.ts';
import { kinds } from './kinds.ts';
import { creatingAnnotation } from './manifests/secret.ts';
import { readObject } from './objects.ts';
import { isOfReplica, memberNameOf, replicaNameOf } from './replica-names.ts';

/** The Secret of a database's replica, undefined when it has none. Throws CONFLICT for the Secret of something else. */
export async function readReplicaSecret(
  client: Client,
  name: string,
  signal?: AbortSignal,
): Promise<V1Secret | undefined> {
  const secret = await readObject<V1Secret>(
    client,
    { kind: kinds.secret, name: replicaNameOf(name) },
    signal,
  );
  return secret !== undefined && isReplicaOf(secret, name) ? secret : undefined;
}

/** True for the Secret of a database's replica; another project may have the same name. */
export function isReplicaOf({ metadata }: V1Secret, name: string): boolean {
  return isOfReplica(metadata) && metadata?.labels?.[databaseLabels.besides] === name;
}

/** Name of a database by that of either of its servers. */
export async function databaseOf(client: Client, server: string, signal?: AbortSignal): Promise<string> {
  const secret = await readObject<V1Secret>(client, { kind: kinds.secret, name: server }, signal);
  return (isOfReplica(secret?.metadata) && secret?.metadata?.labels?.[databaseLabels.besides]) || server;
}

/** True once the replica is made, until it is to go. */
export function isSettled({ metadata }: V1Secret): boolean {
  return metadata?.annotations?.[creatingAnnotation] === undefined;
}

/** Who may be the primary, as the Secret has it. */
export function recordOf({ data = {} }: V1Secret): PrimaryRecord | undefined {
  const text = Buffer.from(data['primary'] ?? '', 'base64').toString('utf8');
  const [, name, timeline] = /^(\S+) (\d+)$/.exec(text) ?? [];
  return name === undefined ? undefined : { name, timeline: Number(timeline) };
}

/** Which of the two servers may be the primary. */
export function leaderOf(secret: V1Secret | undefined): 'first' | 'added' {
  if (secret === undefined) return 'first';
  const added = memberNameOf(secret.metadata?.labels?.[databaseLabels.projectId] ?? '');
  return recordOf(secret)?.name === added ? 'added' : 'first';
}

/** Error for a replica that somebody is making or removing. */
export function beingChanged({ metadata }: V1Secret): OrqError {
  const until = metadata?.annotations?.[creatingAnnotation] ?? '';
  return new OrqError({
    code: 'LOCKED',
    message: `The replica ${metadata?.name} is being made or removed, perhaps from another machine.`,
    detail: `What a killed command has left goes with the next orq db list of its machine, or of any after ${until}.`,
    hint: 'Wait for it to end, then run the command again.',
  });
}
