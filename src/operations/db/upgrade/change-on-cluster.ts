import type { DatabaseCluster, UpgradeRecord } from '../../../engine/database-cluster.ts';
import { withDeadline } from '../../../model/abort.ts';
import { type DatabaseInfo, databaseLabels } from '../../../model/database.ts';
import { messageOf, OrqError } from '../../../model/errors.ts';
import { serverMajor } from '../../../postgres/server-databases.ts';
import { withSession } from '../../../postgres/session.ts';
import { beginChange, forgetChange } from '../changes.ts';
import type { DatabasesContext } from '../db-context.ts';
import { getDatabase } from '../find-databases.ts';
import { majorOf } from '../image.ts';
import { serverAddress } from '../server-address.ts';
import { waitUntilUsable } from '../wait-until-usable.ts';
import type { ClusterWish } from '../../../engine/database-cluster.ts';
import { type UpgradeWishes, upgradeWishes } from './cluster-wishes.ts';
import { type Moved, moveDatabases } from './move-databases.ts';
import type { Server } from './parts.ts';
import { untilAlone } from './until-alone.ts';
import { type ClusterUpgrade, takeBackOnCluster, upgradeStartMs } from './settle-on-cluster.ts';

/** Milliseconds to take back what was begun, whatever ended it. */
const takeBackMs = 10 * 60_000;

interface Work {
  readonly cluster: DatabaseCluster;
  readonly info: DatabaseInfo;
  readonly record: UpgradeRecord;
  readonly wishes: UpgradeWishes;
  /** Whether CloudNativePG keeps it. */
  readonly operated: boolean;
}

/**
 * Moves the data of a database in a cluster to a new claim, filled by a server of the new major beside; then the
 * StatefulSet is made anew on it. With CloudNativePG a new Cluster is filled, and the old one sleeps. Any failure, and
 * any interruption, leaves the old server serving.
 */
export async function changeOnCluster(
  context: DatabasesContext,
  { cluster, old, next }: { readonly cluster: DatabaseCluster; readonly old: Server; readonly next: Server },
): Promise<Moved> {
  const { info } = old;
  const { projectId: id } = info;
  const work = await workOf(context, { cluster, old, next });
  const upgrade = { cluster, id, claim: next.volume };
  // Fields that others have changed would be lost with the server: they are told of before it goes.
  await cluster.apply(work.wishes.old, context.signal);
  await beginChange(context, { id, doing: 'upgrade', volume: next.volume });
  let moved: Moved;
  try {
    moved = await move(context, work);
  } catch (error) {
    await takeBack(context, upgrade, old);
    context.signal.throwIfAborted();
    throw error;
  }
  // Whatever this ends with, the new server has been seen by others: the next command goes on from here.
  await cluster.upgrades.end(info.containerName, new AbortController().signal);
  await forgetChange(context, id);
  return moved;
}

async function workOf(
  context: DatabasesContext,
  { cluster, old, next }: { readonly cluster: DatabaseCluster; readonly old: Server; readonly next: Server },
): Promise<Work> {
  const { info, image, volume } = old;
  const found = await context.engine.inspectContainer(info.containerId, context.signal);
  const record: UpgradeRecord = {
    since: new Date().toISOString(),
    from: { version: found.labels[databaseLabels.version] ?? '', image: image.reference, claim: volume },
    to: { version: next.image.version, image: next.image.reference, claim: next.volume },
  };
  const operated = found.labels[databaseLabels.operator] === 'cnpg';
  return { cluster, info, operated, record, wishes: upgradeWishes(context, found, record) };
}

async function move(context: DatabasesContext, work: Work): Promise<Moved> {
  const { cluster, info, operated, record, wishes } = work;
  const { signal } = context;
  const { upgrades } = cluster;
  const name = info.containerName;
  await upgrades.begin(name, record, signal);
  say(context, `starting PostgreSQL ${record.to.version} beside`);
  await upgrades.claim(wishes.next, signal);
  const candidate = await startBeside(context, work, wishes.candidate);
  await requireMajor(context, candidate, work);
  say(context, `stopping PostgreSQL ${record.from.version}`);
  const stoppedAt = performance.now();
  await upgrades.stop(wishes.old, signal);
  const source = await startBeside(context, work, wishes.source);
  if (operated) await untilAlone(context, source);
  const databases = await moveDatabases(context, { source, candidate });
  for (const part of [wishes.candidate, wishes.source]) await upgrades.stop(part, signal);
  say(context, `starting PostgreSQL ${record.to.version}`);
  await upgrades.choose(name, record.to, signal);
  await cluster.apply(wishes.next, signal);
  await cluster.waitUntilReady(name, { limitMs: upgradeStartMs, signal });
  await waitUntilUsable(context, await getDatabase(context, info.projectId));
  return { databases, downtimeMs: performance.now() - stoppedAt };
}

/** A server where only orq gets, with the address at which this machine reaches it. */
async function startBeside(
  context: DatabasesContext,
  { cluster, info }: Work,
  wish: ClusterWish,
): Promise<DatabaseInfo> {
  const { signal } = context;
  await cluster.upgrades.start(wish, signal);
  await cluster.waitUntilReady(wish.name, { limitMs: upgradeStartMs, signal });
  const server = { ...info, containerId: wish.name, containerName: wish.name };
  await waitUntilUsable(context, server);
  return serverAddress(context, server);
}

/** Nobody here can look into an image of a cluster: the server says what it is. */
async function requireMajor(
  { signal }: DatabasesContext,
  candidate: DatabaseInfo,
  { record: { to }, operated }: Work,
): Promise<void> {
  const major = await withSession(candidate, serverMajor, { signal });
  if (major === majorOf(to.version)) return;
  throw new OrqError({
    code: 'IMAGE_UNAVAILABLE',
    message: `The image ${to.image} is PostgreSQL ${major}, not ${majorOf(to.version)}.`,
    hint: `Name another one in ORQ_IMAGE_${operated ? 'CNPG' : 'POSTGRES'}_${majorOf(to.version)}.`,
  });
}

async function takeBack(
  context: DatabasesContext,
  upgrade: ClusterUpgrade,
  { image }: Server,
): Promise<void> {
  const { id } = upgrade;
  try {
    await withDeadline(undefined, takeBackMs, (signal) => takeBackOnCluster({ ...context, signal }, upgrade));
    await forgetChange(context, id);
    context.emit({ type: 'rolled-back', text: `PostgreSQL ${image.version} serves ${id} again` });
  } catch (error) {
    // What ended it is the news; the note and the record in the cluster stay, and the next command finishes this.
    const reason = messageOf(error);
    context.emit({ type: 'warning', text: `the upgrade of ${id} is not taken back yet: ${reason}` });
  }
}

function say({ emit }: DatabasesContext, text: string): void {
  emit({ type: 'note', text });
}
