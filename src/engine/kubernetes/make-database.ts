import type {
  KubernetesObject,
  V1PersistentVolumeClaim,
  V1Secret,
  V1Service,
  V1StatefulSet,
} from '@kubernetes/client-node';
import { databaseLabels } from '../../model/database.ts';
import type { ClusterWish } from '../database-cluster.ts';
import type { Client } from './client.ts';
import { applyCluster } from './clusters.ts';
import { chooseMaker } from './choose-maker.ts';
import { type Kind, kinds } from './kinds.ts';
import { claimManifest } from './manifests/claim.ts';
import type { Maker } from './manifests/labels.ts';
import type { Member } from './manifests/member.ts';
import type { Making } from './manifests/owned.ts';
import { secretManifest, creatingAnnotation } from './manifests/secret.ts';
import { serviceManifest } from './manifests/service.ts';
import { statefulSetManifest } from './manifests/stateful-set.ts';
import { annotate, createObject } from './objects.ts';
import { applyOwn, ourSecret, strangers } from './own-objects.ts';
import { isOfReplica, memberNameOf, projectOf, replicaNameOf, replicaWish } from './replica-names.ts';
import { isSettled, leaderOf, readReplicaSecret } from './replica-secret.ts';
import { refuseOvertaken, refuseUpgrading } from './upgrade-record.ts';

/** Host name of a database's Service for Pods of the cluster. */
export function hostOf({ namespace }: Client, name: string): string {
  return `${name}.${namespace}.svc`;
}

/** Makes the Secret; false when it is there. Of several who try at once, one makes it. Throws CONFLICT for another's. */
export async function claimDatabase(
  client: Client,
  wish: ClusterWish,
  signal: AbortSignal,
): Promise<boolean> {
  const maker = await chooseMaker(client, wish.operator, signal);
  const named = { kind: kinds.secret, name: wish.name };
  if (await createObject(client, named, secretManifest(wish, maker, hostOf(client, wish.name)), signal))
    return true;
  const found = await ourSecret(client, wish.name, signal);
  if (isOfReplica(found.metadata)) throw strangers(client, named);
  return false;
}

/** Makes all other objects as they should be. Throws NOT_FOUND when the Secret has gone, CONFLICT, LOCKED. */
export async function applyDatabase(client: Client, wish: ClusterWish, signal: AbortSignal): Promise<void> {
  const { name } = wish;
  const secret = await ourSecret(client, name, signal);
  refuseUpgrading(secret, wish.upgrade);
  refuseOvertaken(secret, wish);
  const maker: Maker = secret.metadata?.labels?.[databaseLabels.operator] === 'cnpg' ? 'cnpg' : 'none';
  const making: Making = { wish, maker, secret };
  if (maker === 'cnpg') {
    const service = { kind: kinds.service, name };
    await applyOwn<V1Service>(client, service, { body: serviceManifest(making), signal });
    return applyCluster(client, making, signal);
  }
  const replica = await readReplicaSecret(client, name, signal);
  const project = projectOf(wish, leaderOf(replica));
  if (replica === undefined || !(wish.joins === true || isSettled(replica)))
    return applyServer(client, { making, project }, signal);
  const member = memberOf(client, wish, 'first');
  await applyServer(client, { making: { ...making, member }, project }, signal);
  if (isSettled(replica)) await applyReplica(client, { making, replica }, signal);
}

/** The server of a replica, and the Service that leads to the one of the two that follows. */
export async function applyReplica(
  client: Client,
  { making, replica }: { readonly making: Making; readonly replica: V1Secret },
  signal: AbortSignal,
): Promise<void> {
  const { wish } = making;
  const project = projectOf(wish, leaderOf(replica) === 'first' ? 'added' : 'first');
  const added = { ...making, wish: replicaWish(wish), member: memberOf(client, wish, 'added') };
  await applyServer(client, { making: added, project }, signal);
}

interface ServerMaking {
  readonly making: Making;
  /** Project of the Pods to which the Service leads. */
  readonly project: string;
}

async function applyServer(
  client: Client,
  { making, project }: ServerMaking,
  signal: AbortSignal,
): Promise<void> {
  const { name, claim } = making.wish;
  const apply = <Type extends KubernetesObject>(kind: Kind, body: Type, of: string = name): Promise<Type> =>
    applyOwn(client, { kind, name: of }, { body, signal });
  await apply<V1Service>(kinds.service, serviceManifest(making, project));
  await apply<V1PersistentVolumeClaim>(kinds.claim, claimManifest(making), claim);
  await apply<V1StatefulSet>(kinds.statefulSet, statefulSetManifest(making));
}

function memberOf(client: Client, wish: ClusterWish, place: 'first' | 'added'): Member {
  const replica = replicaNameOf(wish.name);
  const [first, added] = [memberNameOf(wish.projectId), memberNameOf(replicaWish(wish).projectId)];
  return {
    name: place === 'first' ? first : added,
    peer: place === 'first' ? added : first,
    secret: replica,
    besides: place === 'first' ? replica : wish.name,
    storageBytes: wish.storageBytes,
    primaryHost: hostOf(client, wish.name),
    replicaHost: hostOf(client, replica),
  };
}

/** Takes the mark of a database that is being made away. */
export function settleDatabase(client: Client, name: string, signal: AbortSignal): Promise<void> {
  return annotate(
    client,
    { kind: kinds.secret, name },
    { annotations: { [creatingAnnotation]: null } },
    signal,
  );
}
