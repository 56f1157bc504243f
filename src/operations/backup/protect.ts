import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listBackups } from '../../archive/backup-folder.ts';
import type { BackupReason, BackupSummary } from '../../model/backup.ts';
import { isOrqError, messageOf, OrqError, wordsOf } from '../../model/errors.ts';
import { isMadeByOrq } from '../../postgres/dump/database-names.ts';
import { otherDatabases } from '../../postgres/dump/other-databases.ts';
import { readChanges } from '../../postgres/dump/read-changes.ts';
import { withUnlimited } from '../../postgres/dump/session-limits.ts';
import type { Project } from '../../model/project.ts';
import { lastUp } from '../../model/last-up.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import { type OperationContext, stateDirectory } from '../context.ts';
import { containersOfServices } from '../find-container.ts';
import { backup, storeServices } from './backup.ts';
import { backupFolder, databaseTarget } from './database-target.ts';
import { redisServices } from './redis/redis-target.ts';

export interface Protection {
  readonly project: Project;
  /** All when absent. */
  readonly services?: readonly string[];
  readonly reason: BackupReason;
  /** Whether data is about to be removed: then what cannot be backed up stops the command. */
  readonly required: boolean;
}

/** A backup from which a service can be brought back. */
export interface SafetyCopy {
  readonly service: string;
  readonly file: string;
}

/**
 * Sees that there is a backup of each service that holds data, as it is now: one is taken unless nothing was written
 * since the last. A service that does not run is safe when it was backed up on its way down and not brought up since.
 * Throws NOT_BACKED_UP when data is about to be lost, and warns otherwise.
 */
export async function protect(
  context: OperationContext,
  { project, services, reason, required }: Protection,
): Promise<readonly SafetyCopy[]> {
  const copies: SafetyCopy[] = [];
  for (const service of storeServices(project)) {
    if (services?.includes(service) === false) continue;
    try {
      const copy = await protectService(context, project, { service, reason, required });
      if (copy !== undefined) copies.push(copy);
    } catch (error) {
      context.signal.throwIfAborted();
      if (required) throw notBackedUp(service, error);
      const why = messageOf(error);
      context.emit({ type: 'warning', text: `${service} was not backed up: ${why}` });
    }
  }
  return copies;
}

interface Wanted {
  readonly service: string;
  readonly reason: BackupReason;
  readonly required: boolean;
}

async function protectService(
  context: OperationContext,
  project: Project,
  { service, reason, required }: Wanted,
): Promise<SafetyCopy | undefined> {
  const last = await lastVerified(project, service);
  const containers = await containersOfServices(context, project, [service]);
  if (containers.some(({ state }) => state === 'running' || state === 'paused')) {
    if (required) await refuseOtherDatabases(context, project, service);
    const changes = last?.manifest === undefined ? null : await changesOf(context, project, service);
    if (last !== undefined && changes !== null && last.manifest?.changes === changes) {
      context.emit({ type: 'note', text: `${service} has not changed since ${last.file}: no new backup` });
      return { service, file: last.file };
    }
    const [made] = await backup(context, { project, services: [service], reason });
    if (made === undefined) return undefined;
    context.emit({ type: 'note', text: `${service} was backed up: database/backups/${made.file}` });
    return { service, file: made.file };
  }
  if (!required || !(await mayHoldData(context, project, { service, containers }))) return undefined;
  const final = last !== undefined && containers.length === 0 && (await isFinal(project, last));
  if (!final) throw notProtected(last);
  context.emit({ type: 'note', text: `${service} is not running; it was backed up as ${last.file}` });
  return { service, file: last.file };
}

function notProtected(last: BackupSummary | undefined): OrqError {
  return new OrqError({
    code: 'SERVICE_NOT_RUNNING',
    message:
      last === undefined
        ? 'It is not running, and there is no backup of it.'
        : `It is not running, and what was written after its newest backup (${last.file}) is in none.`,
  });
}

/** False when nothing can have been written: its containers never started, or none of its volumes is there. */
async function mayHoldData(
  { engine, signal }: OperationContext,
  project: Project,
  { service, containers }: { readonly service: string; readonly containers: readonly ObservedContainer[] },
): Promise<boolean> {
  if (containers.length > 0) return containers.some(({ state }) => state !== 'created');
  const mounts = project.services[service]?.mounts ?? [];
  const names = mounts.flatMap((mount) =>
    mount.kind === 'volume' && mount.volume !== undefined
      ? [project.volumes[mount.volume]?.name ?? mount.volume]
      : [],
  );
  const found = await Promise.all(names.map((name) => engine.findVolume(name, signal)));
  return found.some((volume) => volume !== undefined);
}

/** Reasons of backups that are taken when a service is about to stop. */
const onTheWayDown: ReadonlySet<BackupReason> = new Set([
  'down',
  'pre-volumes',
  'pre-clean',
  'pre-regenerate',
]);

/** True when nothing can have been written since: taken on the way down, and no `up` came after. */
async function isFinal(project: Project, { manifest }: BackupSummary): Promise<boolean> {
  if (manifest === undefined || !onTheWayDown.has(manifest.reason)) return false;
  const log = await readFile(join(stateDirectory(project), 'orq.log'), 'utf8').catch(() => '');
  const up = lastUp(log);
  return up !== undefined && up.beganAt < new Date(manifest.completedAt).getTime();
}

async function lastVerified(project: Project, service: string): Promise<BackupSummary | undefined> {
  const all = await listBackups(backupFolder(project));
  return all.find(
    ({ manifest, proof }) =>
      manifest?.project === project.name &&
      manifest.service === service &&
      proof !== undefined &&
      proof.level !== 'damaged',
  );
}

/** A backup holds one database; others of the same server would go with its volume. Snapshots are copies, and named. */
async function refuseOtherDatabases(
  context: OperationContext,
  project: Project,
  service: string,
): Promise<void> {
  if (redisServices(project).includes(service)) return;
  const { address } = await databaseTarget(context, project, service);
  const names = await otherDatabases(address, context.signal);
  const copies = names.filter((name) => isMadeByOrq(name));
  if (copies.length > 0)
    context.emit({ type: 'warning', text: `${copies.join(', ')} of ${service}: copies that go with it` });
  const others = names.filter((name) => !isMadeByOrq(name));
  if (others.length === 0) return;
  throw new OrqError({
    code: 'DATABASE_HELD',
    message: `Its server has other databases, which no backup of orq holds: ${others.join(', ')}.`,
  });
}

/** A word that is another one when something was written since; null where that cannot be told. */
async function changesOf(
  context: OperationContext,
  project: Project,
  service: string,
): Promise<string | null> {
  if (redisServices(project).includes(service)) return null;
  const { address } = await databaseTarget(context, project, service);
  return withUnlimited(address, readChanges, { signal: context.signal });
}

function notBackedUp(service: string, cause: unknown): OrqError {
  const stopped = isOrqError(cause) && cause.code === 'SERVICE_NOT_RUNNING';
  return new OrqError({
    code: 'NOT_BACKED_UP',
    message: `The data of ${service} would be removed, and cannot be backed up first.`,
    detail: wordsOf(cause),
    hint: `${stopped ? `Bring it up (orq up ${service})` : 'See to that'}, or give the data up with --no-backup.`,
    cause,
  });
}
