import type { Client } from './client.ts';
import { kinds } from './kinds.ts';
import { podsOf } from './pods.ts';
import { removeOwn, untilNone } from './remove-database.ts';
import { claimName } from './manifests/claim.ts';
import { replicaNameOf } from './replica-names.ts';
import { readReplicaSecret } from './replica-secret.ts';

/** Removes a replica: its Secret last, so that whatever ends this early leaves what the next command can find. */
export async function removeReplica(client: Client, name: string, signal: AbortSignal): Promise<void> {
  if ((await readReplicaSecret(client, name, signal)) === undefined) return;
  const replica = replicaNameOf(name);
  await removeOwn(client, { kind: kinds.statefulSet, name: replica }, signal);
  await removeOwn(client, { kind: kinds.service, name: replica }, signal);
  await removeOwn(client, { kind: kinds.claim, name: claimName(replica) }, signal);
  const pods = podsOf(replica);
  await untilNone(client, { name: replica, selections: [pods, { ...pods, kind: kinds.claim }] }, signal);
  await removeOwn(client, { kind: kinds.secret, name: replica }, signal);
}
