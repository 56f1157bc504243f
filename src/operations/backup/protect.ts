import { listBackups } from '../../archive/backup-folder.ts';
import type { BackupReason, BackupSummary } from '../../model/backup.ts';
import { OrqError } from '../../model/errors.ts';
import { readChanges } from '../../postgres/dump/read-changes.ts';
import { withUnlimited } from '../../postgres/dump/session-limits.ts';
import type { Project } from '../../model/project.ts';
import type { OperationContext } from '../context.ts';
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
 * since the last. Services that do not run are safe when they have a verified backup, as nothing wrote to them since.
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
      const why = error instanceof Error ? error.message : String(error);
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
  const wasUsed = containers.some(({ state }) => state !== 'created');
  if (!required || (!wasUsed && last === undefined)) return undefined;
  if (last === undefined)
    throw new OrqError({
      code: 'SERVICE_NOT_RUNNING',
      message: `It is not running, and there is no backup of it.`,
    });
  context.emit({ type: 'note', text: `${service} is not running; its newest backup is ${last.file}` });
  return { service, file: last.file };
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
  return new OrqError({
    code: 'NOT_BACKED_UP',
    message: `The data of ${service} would be removed, and cannot be backed up first.`,
    detail: cause instanceof Error ? cause.message : String(cause),
    hint: `Bring it up (orq up ${service}), or give the data up with --no-backup.`,
    cause,
  });
}
