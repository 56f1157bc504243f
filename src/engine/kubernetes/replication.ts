import type { V1Secret, V1StatefulSet } from '@kubernetes/client-node';
import { databaseLabels } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { ClusterReplication, GroupMake } from '../cluster-replication.ts';
import type { ClusterWish } from '../database-cluster.ts';
import type { Client } from './client.ts';
import { kinds } from './kinds.ts';
import { leadAll, leadTo } from './lead.ts';
import { applyReplica, hostOf, settleDatabase } from './make-database.ts';
import { ourSecret, strangers } from './own-objects.ts';
import type { Making } from './manifests/owned.ts';
import { replicaSecretManifest } from './manifests/replica-secret.ts';
import { creatingAnnotation, creatingUntil } from './manifests/secret.ts';
import { annotate, createObject, patchData, readObject } from './objects.ts';
import { removeReplica } from './remove-replica.ts';
import { databaseProject, replicaNameOf, replicaWish } from './replica-names.ts';
import {
  beingChanged,
  databaseOf,
  isReplicaOf,
  isSettled,
  readReplicaSecret,
  recordOf,
} from './replica-secret.ts';
import { refuseUpgrading } from './upgrade-record.ts';

/** StatefulSets write their name and a hash into a label of 63 characters. */
const longest = 52;

/** Replicas of databases that have a StatefulSet. */
export function replicationOf(client: Client): ClusterReplication {
  const secret = (name: string) => ({ kind: kinds.secret, name: replicaNameOf(name) });
  return {
    check,
    claim: (wish, make, signal) => claim(client, { wish, make }, signal),
    apply: async (wish, signal) => {
      const replica = await replicaSecret(client, wish.name, signal);
      const making = await makingOf(client, wish, signal);
      await applyReplica(client, { making, replica }, signal);
    },
    settle: (name, signal) => settleDatabase(client, replicaNameOf(name), signal),
    reopen: async (name, limitMs, signal) => {
      if ((await readReplicaSecret(client, name, signal)) === undefined) return;
      const annotations = { [creatingAnnotation]: creatingUntil(limitMs) };
      await annotate(client, secret(name), { annotations }, signal);
    },
    isMember: async (name, signal) => {
      const named = { kind: kinds.statefulSet, name };
      const set = await readObject<V1StatefulSet>(client, named, signal);
      const [container] = set?.spec?.template.spec?.containers ?? [];
      return container?.env?.some((variable) => variable.name === 'ORQ_MEMBER') === true;
    },
    remove: (name, signal) => removeReplica(client, name, signal),
    record: async (server, signal) => {
      const found = await readReplicaSecret(client, await databaseOf(client, server, signal), signal);
      return found === undefined ? undefined : recordOf(found);
    },
    writeRecord: async (server, { name: primary, timeline }, signal) => {
      const name = await databaseOf(client, server, signal);
      const found = await replicaSecret(client, name, signal);
      if (!isSettled(found)) throw beingChanged(found);
      await patchData(client, secret(name), { primary: `${primary} ${timeline}` }, signal);
    },
    askForCopy: async (server, member, signal) => {
      const name = await databaseOf(client, server, signal);
      // A member copies once for each that is asked for.
      await patchData(client, secret(name), { copy: `${member} ${Date.now()}` }, signal);
    },
    lead: async (server, signal) => {
      const name = await databaseOf(client, server, signal);
      await leadTo(client, await replicaSecret(client, name, signal), signal);
    },
    leadAll: (signal) => leadAll(client, signal),
  };
}

function check({ name, projectId }: ClusterWish): void {
  const over = replicaNameOf(name).length - longest;
  if (over <= 0) return;
  throw new OrqError({
    code: 'USAGE',
    message: `The project id ${projectId} is too long for a replica on Kubernetes by ${over} character${over === 1 ? '' : 's'}. Nothing was changed.`,
    hint: `orq db create ${projectId.slice(0, -over).replace(/-+$/, '')}`,
  });
}

async function claim(
  client: Client,
  { wish, make }: { readonly wish: ClusterWish; readonly make: GroupMake },
  signal: AbortSignal,
): Promise<boolean> {
  const making = await makingOf(client, wish, signal);
  refuseUpgrading(making.secret);
  const added = { ...making, wish: replicaWish(wish) };
  const { name } = added.wish;
  const named = { kind: kinds.secret, name };
  const body = replicaSecretManifest(added, make, hostOf(client, name));
  if (await createObject(client, named, body, signal)) return true;
  const found = await ourSecret(client, name, signal);
  if (!isReplicaOf(found, wish.name)) throw strangers(client, named);
  if (!isSettled(found)) throw beingChanged(found);
  return false;
}

async function makingOf(client: Client, wish: ClusterWish, signal: AbortSignal): Promise<Making> {
  return { wish, maker: 'none', secret: await ourSecret(client, wish.name, signal) };
}

async function replicaSecret(client: Client, name: string, signal: AbortSignal): Promise<V1Secret> {
  const found = await readReplicaSecret(client, name, signal);
  if (found !== undefined) return found;
  const { metadata } = await ourSecret(client, name, signal);
  const id = databaseProject(metadata?.labels?.[databaseLabels.projectId] ?? '');
  throw new OrqError({
    code: 'NOT_FOUND',
    message: `The database of ${id} has no replica.`,
    hint: `orq db replica ${id}`,
  });
}
