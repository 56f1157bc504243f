import { setTimeout as delay } from 'node:timers/promises';
import { withDeadline } from '../../../model/abort.ts';
import { type DatabaseInfo, databaseLabels } from '../../../model/database.ts';
import { OrqError } from '../../../model/errors.ts';
import { lsnDistance, type MemberStatus, type ReplicationReport } from '../../../model/replication.ts';
import { environmentRef } from '../../context.ts';
import { askFacts } from '../../replication/group.ts';
import type { DatabasesContext } from '../db-context.ts';
import { serverAddress } from '../server-address.ts';
import { wishAsItIs } from '../upgrade/cluster-wishes.ts';
import { groupProject } from './group-project.ts';
import { copyMs } from './until-streaming.ts';

const lookMs = 500;

/** Whether CloudNativePG keeps a database: it makes its replicas, and fails over by itself. */
export async function isOperated(
  { engine, signal }: DatabasesContext,
  { containerName }: Pick<DatabaseInfo, 'containerName'>,
): Promise<boolean> {
  if (engine.cluster === undefined) return false;
  const { labels } = await engine.inspectContainer(containerName, signal);
  return labels[databaseLabels.operator] === 'cnpg';
}

/**
 * Asks CloudNativePG for a replica, or to take it back, and waits until it is so; false when it was. The operator goes on
 * whatever ends this early. Throws REPLICA_UNUSABLE when it takes longer than half an hour.
 */
export async function replicateByOperator(
  context: DatabasesContext,
  info: DatabaseInfo,
  wanted: boolean,
): Promise<boolean> {
  const { engine, signal } = context;
  if ((await hasReplica(context, info)) === wanted) return false;
  const found = await engine.inspectContainer(info.containerName, signal);
  await engine.cluster?.apply({ ...wishAsItIs(context, found), instances: wanted ? 2 : 1 }, signal);
  const cluster = await clusterName(context, info);
  context.emit({ type: 'note', text: `CloudNativePG ${wanted ? 'makes' : 'removes'} the replica` });
  await withDeadline(signal, copyMs, async (bounded) => {
    const asking = { ...context, signal: bounded };
    try {
      while ((await hasReplica(asking, info)) !== wanted) await delay(lookMs, undefined, { signal: bounded });
    } catch (error) {
      signal.throwIfAborted();
      throw bounded.aborted ? notInTime(context, info, cluster) : error;
    }
  });
  return true;
}

/** How the servers of a database that CloudNativePG keeps follow each other, as its primary sees them. */
export async function operatedStatus(
  context: DatabasesContext,
  info: DatabaseInfo,
): Promise<ReplicationReport> {
  const facts = await askFacts(await serverAddress(context, info), context.signal);
  const { lsn, timeline } = facts;
  const cluster = await clusterName(context, info);
  const receivers = facts.receivers.filter(({ name }) => isInstance(name, cluster));
  const primary: MemberStatus = {
    service: info.containerName,
    state: 'running',
    role: 'primary',
    timeline,
    lsn,
    detail: receivers.length === 0 ? 'accepts writes; no replica is connected' : '',
  };
  const replicas = receivers.map(({ name, state, syncState, replayLsn, lagSeconds }): MemberStatus => {
    const lagBytes = lsnDistance(replayLsn, lsn);
    return {
      service: name,
      state: 'running',
      role: 'replica',
      lsn: replayLsn,
      lagBytes,
      lagSeconds,
      replication: state,
      syncState,
      detail: '',
    };
  });
  return {
    ...environmentRef(groupProject(context, info), context.engine),
    members: [primary, ...replicas],
    inSync: receivers.some(({ syncState }) => syncState === 'sync' || syncState === 'quorum'),
    healthy: receivers.some(({ state }) => state === 'streaming'),
  };
}

/** The Cluster that keeps the data, which has another name after an upgrade. */
async function clusterName(
  { engine, signal }: DatabasesContext,
  { containerName }: DatabaseInfo,
): Promise<string> {
  const { mounts } = await engine.inspectContainer(containerName, signal);
  return mounts[0]?.source ?? containerName;
}

/** The copy that a replica begins with streams too, under a name of its own. */
function isInstance(name: string, cluster: string): boolean {
  return name.startsWith(`${cluster}-`) && /^\d+$/.test(name.slice(cluster.length + 1));
}

async function hasReplica(context: DatabasesContext, info: DatabaseInfo): Promise<boolean> {
  return (await operatedStatus(context, info)).healthy;
}

/** Error for a change of roles that the operator makes itself. */
export async function operated(context: DatabasesContext, info: DatabaseInfo): Promise<OrqError> {
  const { projectId: id } = info;
  const cluster = await clusterName(context, info);
  const { members } = await operatedStatus(context, info).catch(() => ({ members: [] }));
  context.signal.throwIfAborted();
  const standby = members.find(({ role }) => role === 'replica')?.service;
  return new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: `CloudNativePG keeps the database of ${id}, and fails over by itself when its primary goes. Nothing was changed.`,
    detail: `kubectl cnpg promote swaps two of its instances, which orq db replica ${id} lists.`,
    hint:
      standby === undefined
        ? `orq db replica ${id}`
        : `kubectl cnpg promote ${cluster} ${standby} ${inNamespace(context)}`,
  });
}

function inNamespace({ engine }: DatabasesContext): string {
  return `-n ${engine.cluster?.namespace ?? 'default'}`;
}

function notInTime(context: DatabasesContext, { projectId: id }: DatabaseInfo, cluster: string): OrqError {
  return new OrqError({
    code: 'REPLICA_UNUSABLE',
    message: `CloudNativePG did not come to an end with the replica of ${id} within ${copyMs / 60_000} minutes.`,
    hint: `kubectl describe clusters.postgresql.cnpg.io ${cluster} ${inNamespace(context)}`,
  });
}
