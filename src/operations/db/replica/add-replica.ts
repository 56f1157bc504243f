import { randomBytes } from 'node:crypto';
import { type DatabaseInfo, databaseLabels } from '../../../model/database.ts';
import { OrqError } from '../../../model/errors.ts';
import type { ReplicationReport } from '../../../model/replication.ts';
import { replicationStatus } from '../../replication/status.ts';
import { runningDatabase } from '../as-project.ts';
import { withChange } from '../changes.ts';
import { choosePort } from '../choose-port.ts';
import { createVolume } from '../create-own.ts';
import type { DatabasesContext } from '../db-context.ts';
import { containerNameOf } from '../names.ts';
import { settleInterrupted } from '../settle-interrupted.ts';
import { findPart, partName, removePart, type Server } from '../upgrade/parts.ts';
import { serverOf } from '../upgrade/server-of.ts';
import { waitUntilUsable } from '../wait-until-usable.ts';
import { admitReplicas } from './admit-replicas.ts';
import { groupProject } from './group-project.ts';
import { memberScript } from './member-script.ts';
import { type GroupSecrets, memberSpec } from './member-spec.ts';
import { clusterVolumeOf, memberNameOf, networkNameOf, replicaVolumeOf } from './names.ts';
import { isOperated, operatedStatus, replicateByOperator } from './operated.ts';
import { isUnfinished } from './remove-on-cluster.ts';
import { requireTools } from './require-tools.ts';
import { untilStreaming } from './until-streaming.ts';
import { addOnCluster } from './add-on-cluster.ts';
import { rollBackReplica } from './settle-replica.ts';

export interface ReplicaReport {
  readonly replication: ReplicationReport;
  /** False when there was one already. */
  readonly added: boolean;
}

/**
 * Adds a streaming replica to a project's database, on a port of its own. The server is stopped for a moment: from then
 * on it starts in the role that the group's record gives it, so that a failover cannot leave two primaries. Any failure,
 * and any interruption, leaves the server as it was. Throws DATABASE_UNKNOWN, ENGINE_UNSUPPORTED, COMMAND_MISSING, LOCKED.
 */
export async function addReplica(context: DatabasesContext, id: string): Promise<ReplicaReport> {
  await settleInterrupted(context);
  const info = await runningDatabase(context, id);
  refuseShared(info);
  if (await isOperated(context, info)) {
    const added = await replicateByOperator(context, info, true);
    return { replication: await operatedStatus(context, info), added };
  }
  const project = groupProject(context, info);
  const { cluster } = context.engine;
  const replica = await findPart(context, id, containerNameOf(memberNameOf(id, 'added')));
  if (replica !== undefined && !(await isUnfinished(context, id)))
    return { replication: await replicationStatus(context, project), added: false };
  await requireTools(context, info);
  const added = await (cluster === undefined ? addHere(context, info) : addOnCluster(context, cluster, info));
  return { replication: await replicationStatus(context, project), added };
}

async function addHere(context: DatabasesContext, info: DatabaseInfo): Promise<true> {
  const { projectId: id } = info;
  const server = await serverOf(context, info);
  await withChange(context, { id, doing: 'replica' }, async () => {
    try {
      await add(context, server);
    } catch (error) {
      await rollBackReplica(context, id);
      await waitUntilUsable({ ...context, signal: new AbortController().signal }, info);
      context.signal.throwIfAborted();
      throw error;
    }
    await removePart(context, id, 'before');
  });
  return true;
}

async function add(context: DatabasesContext, server: Server): Promise<void> {
  const { engine, signal } = context;
  const { projectId: id, port } = server.info;
  const secrets: GroupSecrets = {
    script: await memberScript(),
    replicationPassword: randomBytes(18).toString('base64url'),
  };
  await admitReplicas(context, server.info, secrets.replicationPassword);
  await makeSurroundings(context, id);
  say(context, `stopping ${containerNameOf(id)} for a moment`);
  await engine.stopContainer(server.info.containerId, { signal });
  await engine.renameContainer(server.info.containerId, partName(id, 'before'), signal);
  await startMember(context, memberSpec(server, { place: 'first', port }, secrets));
  await waitUntilUsable(context, await runningDatabase(context, id));
  say(context, 'copying its data to the replica');
  const place = { place: 'added', port: await choosePort(context, new Set()) } as const;
  await startMember(context, memberSpec(server, place, secrets));
  await untilStreaming(context, server.info);
}

async function makeSurroundings(context: DatabasesContext, id: string): Promise<void> {
  const { engine, signal } = context;
  const labels = { [databaseLabels.managed]: 'true', [databaseLabels.projectId]: id };
  if ((await engine.findNetwork(networkNameOf(id), signal)) === undefined)
    await engine.createNetwork(
      { name: networkNameOf(id), labels, driverOptions: {}, internal: false, attachable: false },
      signal,
    );
  for (const volume of [clusterVolumeOf(id), replicaVolumeOf(id)]) await createVolume(context, id, volume);
}

async function startMember(
  { engine, signal }: DatabasesContext,
  spec: ReturnType<typeof memberSpec>,
): Promise<void> {
  await engine.startContainer(await engine.createContainer(spec, signal), signal);
}

function refuseShared({ projectId: id, placement }: DatabaseInfo): void {
  if (placement !== 'shared') return;
  throw new OrqError({
    code: 'USAGE',
    message: `The database of ${id} has a place in the shared server, which replicates all of it or nothing.`,
    hint: 'orq db replica shared',
  });
}

function say({ emit }: DatabasesContext, text: string): void {
  emit({ type: 'note', text });
}
