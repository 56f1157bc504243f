import type { ClusterWish, DatabaseCluster } from '../../engine/database-cluster.ts';
import { withProjectLock } from '../../host/project-lock.ts';
import { withDeadline } from '../../model/abort.ts';
import { type DatabaseInfo, databaseLabels, replicaSuffix } from '../../model/database.ts';
import { messageOf, OrqError } from '../../model/errors.ts';
import type { ContainerDetails } from '../../model/observed.ts';
import { lockOptions } from '../context.ts';
import { wishOf } from './cluster-wish.ts';
import { changeUnderWay, forgetChange, noteChange } from './changes.ts';
import { type Creation, difference, otherOptions } from './creation.ts';
import { type DatabasesContext, lockWaitMs } from './db-context.ts';
import { getDatabase } from './find-databases.ts';
import type { CheckedOptions } from './options.ts';
import { waitUntilUsable } from './wait-until-usable.ts';

/** Milliseconds to take back what was begun, whatever ended it. */
const takeBackMs = 90_000;

/** What a database in a cluster is made with. */
export interface ClusterMaking {
  readonly cluster: DatabaseCluster;
  readonly options: CheckedOptions;
}

/**
 * Makes a server for a project in a cluster and waits until it answers; one that is there is made whole where something
 * of it is missing. Whatever ends this early leaves nothing of a new database behind. Throws DATABASE_EXISTS (other
 * options), DATABASE_NOT_STARTED, CONFLICT, QUOTA_EXCEEDED, POLICY_REFUSED, ENGINE_PERMISSION.
 */
export async function createOnCluster(
  context: DatabasesContext,
  id: string,
  { cluster, options }: ClusterMaking,
): Promise<Creation> {
  refusePort(id, options);
  const wish = wishOf(context, id, options);
  await cluster.check(wish, context.signal);
  const isOurs = await claim(context, cluster, wish);
  if (!isOurs) return { database: await reuse(context, cluster, { wish, options }), created: false };
  try {
    const database = await finish(context, cluster, { wish, options });
    await forgetChange(context, id);
    return { database, created: true };
  } catch (error) {
    await takeBack(context, cluster, wish);
    throw error;
  }
}

/** The note on this machine comes first, so that a killed command can be settled at once. */
async function claim(
  context: DatabasesContext,
  cluster: DatabaseCluster,
  wish: ClusterWish,
): Promise<boolean> {
  const { projectId: id } = wish;
  return withProjectLock(context.stateDirectory, lockOptions(context, lockWaitMs), async () => {
    const isFree = (await changeUnderWay(context, id)) === undefined;
    if (isFree) await noteChange(context, id, { doing: 'create' });
    const isOurs = await cluster.claim(wish, context.signal).catch(async (error: unknown) => {
      if (isFree) await forgetChange(context, id);
      throw error;
    });
    if (!isOurs && isFree) await forgetChange(context, id);
    return isOurs;
  });
}

interface Finishing {
  readonly wish: ClusterWish;
  readonly options: CheckedOptions;
}

async function finish(
  context: DatabasesContext,
  cluster: DatabaseCluster,
  { wish, options }: Finishing,
): Promise<DatabaseInfo> {
  const { signal } = context;
  const { name, projectId } = wish;
  const { startLimitMs: limitMs } = options;
  await cluster.apply(wish, signal);
  const { containerName } = await getDatabase(context, projectId);
  await cluster.waitUntilReady(containerName, { limitMs, signal });
  await waitUntilUsable(context, await getDatabase(context, projectId), limitMs);
  await cluster.settle(name, signal);
  return getDatabase(context, projectId);
}

async function takeBack(
  context: DatabasesContext,
  cluster: DatabaseCluster,
  wish: ClusterWish,
): Promise<void> {
  try {
    await withDeadline(undefined, takeBackMs, (signal) => cluster.remove(wish.name, signal));
    await forgetChange(context, wish.projectId);
  } catch (error) {
    // What ended it is the news; the note and the mark in the cluster stay, and the next command finishes this.
    const reason = messageOf(error);
    context.emit({ type: 'warning', text: `not all of ${wish.name} is removed yet: ${reason}` });
  }
}

/** The database that is there, when it is the one that is asked for; also one that another command is making. */
async function reuse(
  context: DatabasesContext,
  cluster: DatabaseCluster,
  { wish, options }: Finishing,
): Promise<DatabaseInfo> {
  const found = await context.engine.inspectContainer(wish.name, context.signal);
  const password = found.environment['POSTGRES_PASSWORD'] ?? '';
  const differences = [...differencesOf(found, options)];
  if (options.password !== undefined && options.password !== password) differences.push('another password');
  if (differences.length > 0) throw otherOptions(wish.projectId, differences);
  await startStopped(context, wish);
  const same = keptWish(context, found, { wish, options });
  return finish(context, cluster, { wish: { ...same, password }, options });
}

/** Starts the server, and that of a replica: by the record either may be the one that takes writes. */
async function startStopped({ engine, signal }: DatabasesContext, { name }: ClusterWish): Promise<void> {
  const servers = await engine.listContainers({ labels: { [databaseLabels.managed]: 'true' } }, signal);
  for (const server of servers.filter((each) => [name, `${name}${replicaSuffix}`].includes(each.name)))
    if (server.state !== 'running') await engine.startContainer(server.name, signal);
}

/** What was not asked for stays as it is: above all the version, whose data no other can read. */
function keptWish(
  context: DatabasesContext,
  found: ContainerDetails,
  { wish, options }: Finishing,
): ClusterWish {
  const { labels, image, mounts } = found;
  const has = (label: string): string | undefined => labels[label] || undefined;
  const made = wishOf(context, wish.projectId, {
    ...options,
    postgresVersion: has(databaseLabels.version),
    storage: has(databaseLabels.storage),
    storageClass: has(databaseLabels.storageClass),
  });
  const same = { ...made, claim: mounts[0]?.source ?? made.claim };
  return image === '' ? same : { ...same, image, operatorImage: image };
}

function differencesOf({ labels }: ContainerDetails, options: CheckedOptions): readonly string[] {
  const has = (label: string): string => labels[label] ?? '';
  const { postgresVersion, limits, storage, storageClass, operator } = options;
  const volumeClass = has(databaseLabels.storageClass);
  const version = has(databaseLabels.version);
  const maker = has(databaseLabels.operator);
  return [
    difference('version', version, postgresVersion ?? version),
    difference('memory', has(databaseLabels.memory), limits.memory),
    difference('cpus', has(databaseLabels.cpus), limits.cpus),
    difference('storage', has(databaseLabels.storage), storage ?? has(databaseLabels.storage)),
    difference('storage class', volumeClass, storageClass ?? volumeClass),
    difference('operator', maker, operator === 'auto' ? maker : operator),
  ].filter((text) => text !== undefined);
}

function refusePort(id: string, { port }: CheckedOptions): void {
  if (port === undefined) return;
  throw new OrqError({
    code: 'USAGE',
    message: 'A database on Kubernetes has no port of this machine.',
    hint: `orq db create ${id}, then orq db forward ${id} --port ${port}`,
  });
}
