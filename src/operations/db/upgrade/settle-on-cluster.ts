import type { DatabaseCluster } from '../../../engine/database-cluster.ts';
import type { DatabasesContext } from '../db-context.ts';
import { containerNameOf } from '../names.ts';
import { upgradeWishes } from './cluster-wishes.ts';

/** Milliseconds that a server has to start in an upgrade, with the pull of its image. */
export const upgradeStartMs = 5 * 60_000;

/** An upgrade in a cluster, known by the claim that it fills. */
export interface ClusterUpgrade {
  readonly cluster: DatabaseCluster;
  readonly id: string;
  readonly claim: string;
}

/**
 * Ends an upgrade that failed or was killed: the database runs on the data that its Secret names, which is the new once
 * all of it was proven; what else the upgrade made goes. Does nothing when the upgrade is over, or never began.
 */
export async function settleOnCluster(
  context: DatabasesContext,
  { cluster, id, claim }: ClusterUpgrade,
): Promise<void> {
  const { engine, signal } = context;
  const { upgrades } = cluster;
  const name = containerNameOf(id);
  const record = await upgrades.read(name, signal);
  if (record?.to.claim !== claim) return;
  const found = await engine.inspectContainer(name, signal);
  const { old, next, source, candidate } = upgradeWishes(context, found, record);
  for (const part of [source, candidate]) await upgrades.stop(part, signal);
  const isMoved = found.mounts[0]?.source === claim;
  const wish = isMoved ? next : old;
  // A server of another claim would keep the new one from starting.
  if ((await upgrades.claimOf(name, signal)) !== wish.claim) await upgrades.stop(wish, signal);
  await cluster.apply(wish, signal);
  await cluster.waitUntilReady(name, { limitMs: upgradeStartMs, signal });
  if (!isMoved) await upgrades.discard(candidate, signal);
  await upgrades.end(name, signal);
}

/** Takes an upgrade back that failed: as long as the new server has not answered, the old data is the database's. */
export async function takeBackOnCluster(context: DatabasesContext, upgrade: ClusterUpgrade): Promise<void> {
  const { cluster, id, claim } = upgrade;
  const name = containerNameOf(id);
  const record = await cluster.upgrades.read(name, context.signal);
  if (record?.to.claim !== claim) return;
  await cluster.upgrades.choose(name, record.from, context.signal);
  await settleOnCluster(context, upgrade);
}
