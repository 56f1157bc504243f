import type {
  KubernetesObject,
  V1PersistentVolumeClaim,
  V1Secret,
  V1Service,
  V1StatefulSet,
} from '@kubernetes/client-node';
import { databaseLabels } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { ClusterWish } from '../database-cluster.ts';
import type { Client } from './client.ts';
import { chooseMaker } from './choose-maker.ts';
import { type Kind, kinds } from './kinds.ts';
import { claimManifest } from './manifests/claim.ts';
import { clusterManifest } from './manifests/cluster.ts';
import type { Maker } from './manifests/labels.ts';
import type { Making } from './manifests/owned.ts';
import { secretManifest, creatingAnnotation } from './manifests/secret.ts';
import { serviceManifest } from './manifests/service.ts';
import { statefulSetManifest } from './manifests/stateful-set.ts';
import { annotate, applyObject, createObject, type Named, readObject } from './objects.ts';
import { isOurs } from './observe.ts';
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
  await ourSecret(client, wish.name, signal);
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
  const apply = <Type extends KubernetesObject>(kind: Kind, body: Type, of: string = name): Promise<Type> =>
    applyOwn(client, { kind, name: of }, { body, signal });
  await apply<V1Service>(kinds.service, serviceManifest(making));
  if (maker === 'cnpg') {
    await apply(kinds.cluster, clusterManifest(making));
    return;
  }
  await apply<V1PersistentVolumeClaim>(kinds.claim, claimManifest(making), wish.claim);
  await apply<V1StatefulSet>(kinds.statefulSet, statefulSetManifest(making));
}

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

/** Takes the mark of a database that is being made away. */
export function settleDatabase(client: Client, name: string, signal: AbortSignal): Promise<void> {
  return annotate(
    client,
    { kind: kinds.secret, name },
    { annotations: { [creatingAnnotation]: null } },
    signal,
  );
}

function strangers({ namespace }: Client, { kind, name }: Named): OrqError {
  return new OrqError({
    code: 'CONFLICT',
    message: `A ${kind.kind} ${name} is in the namespace ${namespace} that orq did not make.`,
    hint: `kubectl -n ${namespace} get ${kind.asked.resource} ${name} -o yaml`,
  });
}
