import { randomBytes } from 'node:crypto';
import type { DatabaseInfo } from '../../../model/database.ts';
import { messageOf, OrqError } from '../../../model/errors.ts';
import type { MovedDatabase, UpgradeReport } from '../../../model/upgrade.ts';
import { serverMajor } from '../../../postgres/server-databases.ts';
import { withSession } from '../../../postgres/session.ts';
import { runningDatabase } from '../as-project.ts';
import { withChange } from '../changes.ts';
import { containerSpec } from '../container.ts';
import { createVolume } from '../create-own.ts';
import type { DatabasesContext } from '../db-context.ts';
import { getDatabase } from '../find-databases.ts';
import { clusterImages, majorOf, type ProvidedImage, provideImage } from '../image.ts';
import { containerNameOf, sharedId, volumeNameOf } from '../names.ts';
import { serverAddress } from '../server-address.ts';
import { settleInterrupted } from '../settle-interrupted.ts';
import { waitUntilUsable } from '../wait-until-usable.ts';
import { changeOnCluster } from './change-on-cluster.ts';
import { type Moved, moveDatabases } from './move-databases.ts';
import { partName, removePart, type Server, startPart } from './parts.ts';
import { serverOf } from './server-of.ts';
import { isOperated } from '../replica/operated.ts';
import { rollBackUpgrade } from './settle-upgrade.ts';

/**
 * Moves the database of a project to a server of a newer major: the old one is stopped, backed up where only orq gets,
 * loaded into a new volume, proven, and the new server takes its name and port. The old volume stays. Any failure, and
 * any interruption, leaves the old server serving. Throws USAGE, ENGINE_UNSUPPORTED, IMAGE_UNAVAILABLE, LOCKED,
 * RESTORE_FAILED and what backups throw.
 */
export async function upgradeDatabase(
  context: DatabasesContext,
  id: string,
  version: string,
): Promise<UpgradeReport> {
  const startedAt = performance.now();
  await settleInterrupted(context);
  const info = await runningDatabase(context, id);
  if (info.placement === 'shared') throw sharedServer(id);
  if (info.replica !== undefined) throw replicated(id);
  const from = await majorNow(context, info);
  const operated = await isOperated(context, info);
  const image = await imageOf(context, version, operated);
  const to = majorOf(image.version);
  if (to < from) throw downgrade(id, from, to);
  const nothing = { databases: [], keptVolume: null, downtimeMs: 0, durationMs: 0 };
  if (to === from) return { projectId: id, from, to, upgraded: false, ...nothing };
  const old = await serverOf(context, info);
  const moved = await move(context, old, { image, operated });
  const durationMs = performance.now() - startedAt;
  return { projectId: id, from, to, upgraded: true, keptVolume: old.volume, durationMs, ...moved };
}

interface Target {
  readonly image: ProvidedImage;
  /** Whether CloudNativePG keeps the database. */
  readonly operated: boolean;
}

/** On one machine a volume has the name of its major; in a cluster one that no upgrade had before. */
function move(context: DatabasesContext, old: Server, { image, operated }: Target): Promise<Moved> {
  const { projectId: id } = old.info;
  const { cluster } = context.engine;
  const major = majorOf(image.version);
  const volume = `${volumeNameOf(id)}-${major}`;
  if (cluster === undefined)
    return withChange(context, { id, doing: 'upgrade', volume }, () =>
      change(context, old, { ...old, image, volume }),
    );
  // Names of CloudNativePG's Clusters have a limit of 50 characters, which the first one of a database may reach.
  const claim = operated
    ? `orq-${id}-${major}-${randomBytes(2).toString('hex')}`
    : `${volume}-${randomBytes(3).toString('hex')}`;
  return changeOnCluster(context, { cluster, old, next: { ...old, image, volume: claim } });
}

/** In a cluster the nodes pull it. */
async function imageOf(context: DatabasesContext, asked: string, operated: boolean): Promise<ProvidedImage> {
  if (context.engine.cluster === undefined) return provideImage(context, asked);
  const { image, operatorImage, version } = clusterImages(context, asked);
  return { reference: operated ? operatorImage : image, version, command: null };
}

async function change(context: DatabasesContext, old: Server, next: Server): Promise<Moved> {
  const { projectId: id, containerId } = old.info;
  const stoppedAt = performance.now();
  try {
    await freshVolume(context, id, next.volume);
    say(context, `stopping PostgreSQL ${old.image.version}`);
    await context.engine.stopContainer(containerId, { signal: context.signal });
    const databases = await fill(context, old, next);
    say(context, `starting PostgreSQL ${next.image.version}`);
    await takeOver(context, next);
    const downtimeMs = performance.now() - stoppedAt;
    await removeOld(context, id);
    return { databases, downtimeMs };
  } catch (error) {
    await rollBackUpgrade(context, id, next.volume);
    // Also when this was interrupted: whoever reads the message finds the old server.
    await waitUntilUsable({ ...context, signal: new AbortController().signal }, old.info);
    context.emit({ type: 'rolled-back', text: `PostgreSQL ${old.image.version} serves ${id} again` });
    context.signal.throwIfAborted();
    throw error;
  }
}

/** The new server has been seen by others: there is no way back, and what stays of the old one does no harm. */
async function removeOld(context: DatabasesContext, id: string): Promise<void> {
  await removePart(context, id, 'before').catch((error: unknown) => {
    const reason = messageOf(error);
    context.emit({ type: 'warning', text: `the old container ${partName(id, 'before')} stays: ${reason}` });
  });
}

/** What an upgrade that failed to clean up has left is no data of anybody. */
async function freshVolume(context: DatabasesContext, id: string, volume: string): Promise<void> {
  const { engine, signal } = context;
  for (const part of ['source', 'candidate', 'before'] as const) await removePart(context, id, part);
  if ((await engine.findVolume(volume, signal)) !== undefined) await engine.removeVolume(volume, signal);
  await createVolume(context, id, volume);
}

async function fill(context: DatabasesContext, old: Server, next: Server): Promise<readonly MovedDatabase[]> {
  const { engine, signal } = context;
  const [source, candidate] = await bothStarted(context, old, next);
  const databases = await moveDatabases(context, { source, candidate });
  // In order, so that all of it is on the disk.
  for (const { containerId } of [candidate, source]) {
    await engine.stopContainer(containerId, { signal });
    await engine.removeContainer(containerId, { anonymousVolumes: true, signal });
  }
  return databases;
}

/** When one fails the other is waited for: a rollback must find all that there is, or two servers share one folder. */
async function bothStarted(
  context: DatabasesContext,
  old: Server,
  next: Server,
): Promise<readonly [DatabaseInfo, DatabaseInfo]> {
  const starting = [startPart(context, 'source', old), startPart(context, 'candidate', next)] as const;
  await Promise.allSettled(starting);
  return Promise.all(starting);
}

/** The new server under the name and port of the old one, which is put aside until this one answers. */
async function takeOver(context: DatabasesContext, next: Server): Promise<void> {
  const { engine, signal } = context;
  const { projectId: id, containerId, port, password } = next.info;
  await engine.renameContainer(containerId, partName(id, 'before'), signal);
  const { image, limits, volume } = next;
  const spec = containerSpec(id, { image, limits, port, password, volume, name: containerNameOf(id) });
  await engine.startContainer(await engine.createContainer(spec, signal), signal);
  await waitUntilUsable(context, await getDatabase(context, id));
}

async function majorNow(context: DatabasesContext, info: DatabaseInfo): Promise<number> {
  return withSession(await serverAddress(context, info), serverMajor, { signal: context.signal });
}

function say({ emit }: DatabasesContext, text: string): void {
  emit({ type: 'note', text });
}

function replicated(id: string): OrqError {
  return new OrqError({
    code: 'USAGE',
    message: `The database of ${id} has a replica, which cannot follow a server of another major.`,
    hint: `orq db replica ${id} --remove, then orq db upgrade ${id} --to 18, then orq db replica ${id}`,
  });
}

function downgrade(id: string, from: number, to: number): OrqError {
  return new OrqError({
    code: 'USAGE',
    message: `The database of ${id} is PostgreSQL ${from}; there is no way back to ${to}.`,
    hint: `orq db create ${id}-${to} --postgres ${to}`,
  });
}

function sharedServer(id: string): OrqError {
  return new OrqError({
    code: 'USAGE',
    message: `The database of ${id} is in the shared server, which is upgraded as a whole.`,
    hint: `orq db upgrade ${sharedId} --to 18`,
  });
}
