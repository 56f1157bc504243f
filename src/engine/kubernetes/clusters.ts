import type { V1Secret } from '@kubernetes/client-node';
import { OrqError } from '../../model/errors.ts';
import type { ClusterWish } from '../database-cluster.ts';
import type { Client } from './client.ts';
import { clusterNameOf } from './cluster-name.ts';
import { kinds } from './kinds.ts';
import { claimManifest } from './manifests/claim.ts';
import { clusterManifest, type ClusterObject } from './manifests/cluster.ts';
import type { Making } from './manifests/owned.ts';
import { annotate, type Named, readObject, tryObject } from './objects.ts';
import { applyOwn } from './own-objects.ts';
import { claimOf } from './upgrade-record.ts';

/** https://cloudnative-pg.io/documentation/current/declarative_hibernation/ */
const hibernation = 'cnpg.io/hibernation';

/** The Cluster of CloudNativePG in which the data of a wish is. */
export function clusterOf({ owner, claim }: Pick<ClusterWish, 'owner' | 'claim'>): Named {
  return { kind: kinds.cluster, name: clusterNameOf(owner, claim) };
}

/** The Cluster on which a database runs by its Secret. */
export function currentCluster({ metadata = {} }: Pick<V1Secret, 'metadata'>): Named {
  return clusterOf({ owner: metadata.name ?? '', claim: claimOf(metadata) });
}

/** Makes a Cluster as it should be, with as many servers as it has unless the wish says so. Throws CONFLICT. */
export async function applyCluster(client: Client, making: Making, signal: AbortSignal): Promise<void> {
  const { wish } = making;
  const cluster = clusterOf(wish);
  const found = await readObject<ClusterObject>(client, cluster, signal);
  if (found === undefined) await tryClaim(client, making, signal);
  const instances = wish.instances ?? found?.spec.instances ?? 1;
  await applyOwn(client, cluster, { body: clusterManifest(making, { instances, isClosed: false }), signal });
  if (wish.upgrade !== undefined) await hibernate(client, cluster, { asleep: false, signal });
}

/**
 * Makes a Cluster a server beside: the one that an upgrade fills, with as many servers as the database has, or the one
 * with the old data, which nobody else gets into from then on.
 */
export async function putBeside(client: Client, making: Making, signal: AbortSignal): Promise<void> {
  const { wish, secret } = making;
  const isClosed = wish.claim !== wish.upgrade;
  if (!isClosed) await tryClaim(client, making, signal);
  const current = await readObject<ClusterObject>(client, currentCluster(secret), signal);
  const shape = { instances: current?.spec.instances ?? 1, isClosed };
  await applyOwn(client, clusterOf(wish), { body: clusterManifest(making, shape), signal });
}

/** The operator makes the claim later, and tells nobody what keeps it from that. */
async function tryClaim(client: Client, making: Making, signal: AbortSignal): Promise<void> {
  const named = { kind: kinds.claim, name: `${clusterOf(making.wish).name}-1` };
  await tryObject(client, named, claimManifest(making), signal).catch((error: unknown) => {
    // The operator has been faster. Who may not make claims has no need to here.
    const isFine = error instanceof OrqError && ['CONFLICT', 'ENGINE_PERMISSION'].includes(error.code);
    if (!isFine) throw error;
  });
}

/** Stops or starts the servers of a Cluster; its data stays. */
export async function hibernate(
  client: Client,
  named: Named,
  { asleep, signal }: { readonly asleep: boolean; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const cluster = await readObject<ClusterObject>(client, named, signal);
  const isAsleep = cluster?.metadata?.annotations?.[hibernation] === 'on';
  if (cluster !== undefined && isAsleep !== asleep)
    await annotate(client, named, { annotations: { [hibernation]: asleep ? 'on' : 'off' } }, signal);
}

/** Whether a Cluster is there as the server of a name, beside or not. */
export async function isServerOf(
  client: Client,
  wish: Pick<ClusterWish, 'owner' | 'claim' | 'name'>,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await readObject<ClusterObject>(client, clusterOf(wish), signal);
  return found?.metadata?.labels?.['app.kubernetes.io/instance'] === wish.name;
}
