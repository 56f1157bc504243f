import { randomBytes } from 'node:crypto';
import { messageOf } from '../../../model/errors.ts';
import type { ClusterWish, DatabaseCluster, GroupMake } from '../../../engine/database-cluster.ts';
import { withDeadline } from '../../../model/abort.ts';
import { type DatabaseInfo, replicaSuffix } from '../../../model/database.ts';
import { askFacts } from '../../replication/group.ts';
import { beginChange, forgetChange } from '../changes.ts';
import type { DatabasesContext } from '../db-context.ts';
import { getDatabase } from '../find-databases.ts';
import { serverAddress } from '../server-address.ts';
import { wishAsItIs } from '../upgrade/cluster-wishes.ts';
import { upgradeStartMs } from '../upgrade/settle-on-cluster.ts';
import { waitUntilUsable } from '../wait-until-usable.ts';
import { admitReplicas } from './admit-replicas.ts';
import { memberScript } from './member-script.ts';
import { replicationRole } from './member-spec.ts';
import { takeBackReplica } from './remove-on-cluster.ts';
import { copyMs, untilStreaming } from './until-streaming.ts';

/** Milliseconds to take back what was begun, whatever ended it. */
const takeBackMs = 10 * 60_000;

/**
 * Adds a streaming replica to a database in a cluster, false when there is one. It copies the server and follows it
 * before that one is stopped for a moment, to start in the role that the record gives it from then on: what keeps a
 * replica from starting costs no downtime. Any failure, and any interruption, leaves the server as it was. Throws
 * USAGE, LOCKED, DATABASE_NOT_STARTED, QUOTA_EXCEEDED, POLICY_REFUSED, ENGINE_PERMISSION, REPLICA_UNUSABLE.
 */
export async function addOnCluster(
  context: DatabasesContext,
  cluster: DatabaseCluster,
  info: DatabaseInfo,
): Promise<boolean> {
  const { projectId: id, containerName: name } = info;
  const wish = wishAsItIs(context, await context.engine.inspectContainer(name, context.signal));
  cluster.replication.check(wish);
  const make = await groupMake(context, info);
  await beginChange(context, { id, doing: 'replica' });
  const isOurs = await cluster.replication.claim(wish, make, context.signal).catch(async (error: unknown) => {
    await forgetChange(context, id);
    throw error;
  });
  try {
    if (isOurs) await add(context, cluster, { info, wish, make });
  } catch (error) {
    await takeBack(context, id);
    context.signal.throwIfAborted();
    throw error;
  }
  await forgetChange(context, id);
  return isOurs;
}

async function groupMake(context: DatabasesContext, info: DatabaseInfo): Promise<GroupMake> {
  const { systemIdentifier } = await askFacts(await serverAddress(context, info), context.signal);
  return {
    script: await memberScript(),
    user: replicationRole,
    password: randomBytes(18).toString('base64url'),
    systemIdentifier,
    limitMs: copyMs,
  };
}

interface Adding {
  readonly info: DatabaseInfo;
  readonly wish: ClusterWish;
  readonly make: GroupMake;
}

async function add(
  context: DatabasesContext,
  cluster: DatabaseCluster,
  { info, wish, make }: Adding,
): Promise<void> {
  const { signal } = context;
  const { replication, upgrades } = cluster;
  const { name } = wish;
  const replica = `${name}${replicaSuffix}`;
  // Fields that others have changed would be lost with the StatefulSet: they are told of before it goes.
  await cluster.apply(wish, signal);
  await admitReplicas(context, info, make.password);
  say(context, `starting ${replica}`);
  await replication.apply(wish, signal);
  await cluster.waitUntilStarted(replica, { limitMs: upgradeStartMs, signal });
  say(context, 'copying its data to the replica');
  await cluster.waitUntilReady(replica, { limitMs: copyMs, signal });
  await untilStreaming(context, info);
  say(context, `stopping ${name} for a moment`);
  await upgrades.stop(wish, signal);
  await cluster.apply({ ...wish, joins: true }, signal);
  await cluster.waitUntilReady(name, { limitMs: upgradeStartMs, signal });
  await waitUntilUsable(context, await getDatabase(context, info.projectId));
  await untilStreaming(context, info);
  await replication.settle(name, signal);
}

async function takeBack(context: DatabasesContext, id: string): Promise<void> {
  try {
    await withDeadline(undefined, takeBackMs, (signal) => takeBackReplica({ ...context, signal }, id));
    await forgetChange(context, id);
  } catch (error) {
    // What ended it is the news; the note and the mark in the cluster stay, and the next command finishes this.
    const reason = messageOf(error);
    context.emit({ type: 'warning', text: `the replica of ${id} is not taken back yet: ${reason}` });
  }
}

function say({ emit }: DatabasesContext, text: string): void {
  emit({ type: 'note', text });
}
