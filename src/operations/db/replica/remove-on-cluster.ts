import type { ContainerDetails } from '../../../model/observed.ts';
import { isOrqError } from '../../../model/errors.ts';
import { replicaSuffix } from '../../../model/database.ts';
import { dropSlot } from '../../../postgres/replication.ts';
import { withSession } from '../../../postgres/session.ts';
import type { DatabasesContext } from '../db-context.ts';
import { containerNameOf } from '../names.ts';
import { findOwn } from '../own-databases.ts';
import { serverAddress } from '../server-address.ts';
import { wishAsItIs } from '../upgrade/cluster-wishes.ts';
import { upgradeStartMs } from '../upgrade/settle-on-cluster.ts';
import { waitUntilUsable } from '../wait-until-usable.ts';
import { memberNameOf } from './names.ts';

/**
 * Removes the replica of a database in a cluster, whole or half made, and makes the server stand alone again. Goes on
 * from wherever an earlier one was interrupted; does nothing when there is no replica.
 */
export async function removeOnCluster(context: DatabasesContext, id: string): Promise<void> {
  const { engine, signal } = context;
  const { cluster } = engine;
  const name = containerNameOf(id);
  const found = await inspect(context, name);
  if (cluster === undefined || found === undefined) return;
  if ((await cluster.replication.record(name, signal)) === undefined) return;
  const { replication, upgrades } = cluster;
  const limitMs = 2 * upgradeStartMs;
  await replication.reopen(name, limitMs, signal);
  const wish = wishAsItIs(context, found);
  await upgrades.stop({ ...wish, name: `${name}${replicaSuffix}` }, signal);
  const isMember = await replication.isMember(name, signal);
  const isThere = (await upgrades.claimOf(name, signal)) !== undefined;
  if (isMember) await upgrades.stop(wish, signal);
  if (isThere && !isMember) await engine.startContainer(name, signal);
  else await cluster.apply(wish, signal);
  await cluster.waitUntilReady(name, { limitMs: upgradeStartMs, signal });
  await letGo(context, id);
  await replication.remove(name, signal);
}

/** Takes back what an addition has left half made; a replica that was finished stays. */
export async function takeBackReplica(context: DatabasesContext, id: string): Promise<void> {
  if (await isUnfinished(context, id)) await removeOnCluster(context, id);
}

/** True while a replica in a cluster is being made or removed, by whomever. */
export async function isUnfinished({ engine, signal }: DatabasesContext, id: string): Promise<boolean> {
  const unfinished = (await engine.cluster?.unfinished(signal)) ?? [];
  return unfinished.some(({ projectId, part }) => projectId === id && part === 'replica');
}

/** Nobody would read the slot any more, and it would keep the write-ahead log until the disk is full. */
async function letGo(context: DatabasesContext, id: string): Promise<void> {
  const info = await findOwn(context, id);
  if (info === undefined) return;
  await waitUntilUsable(context, info);
  const address = await serverAddress(context, info);
  await withSession(address, (session) => dropSlot(session, memberNameOf(id, 'added')), {
    signal: context.signal,
  });
}

/** Undefined for a database that was deleted meanwhile. */
async function inspect(
  { engine, signal }: DatabasesContext,
  name: string,
): Promise<ContainerDetails | undefined> {
  try {
    return await engine.inspectContainer(name, signal);
  } catch (error) {
    if (isOrqError(error) && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
