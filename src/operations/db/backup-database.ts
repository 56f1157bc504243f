import { join } from 'node:path';
import type { BackupReason, BackupResult, BackupSummary } from '../../model/backup.ts';
import { OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import { backup } from '../backup/backup.ts';
import { backupFolder } from '../backup/database-target.ts';
import { findBackups } from '../backup/find-backups.ts';
import { asProject, reachDatabase } from './as-project.ts';
import type { DatabasesContext } from './db-context.ts';
import { checkProjectId } from './names.ts';

export interface DatabaseBackupRequest {
  /** Named backups are kept until they are deleted by hand. */
  readonly name?: string;
  readonly reason?: BackupReason;
}

/** A backup with where it lies. */
export interface DatabaseBackup extends BackupResult {
  readonly path: string;
}

/**
 * Backs up the database of a project with its server's own pg_dump. The file was read again and counted before it got
 * its name. Throws DATABASE_UNKNOWN, SERVICE_NOT_RUNNING, BACKUP_LOCKED, BACKUP_DAMAGED, POSTGRES_FAILED, DISK_FULL.
 */
export async function backupDatabaseOf(
  context: DatabasesContext,
  id: string,
  request: DatabaseBackupRequest = {},
): Promise<DatabaseBackup> {
  const { project } = await reachDatabase(context, id);
  return { ...(await backupWith(context, project, request)), service: id };
}

/** Backs up the only service of a project. */
export async function backupWith(
  context: DatabasesContext,
  project: Project,
  request: DatabaseBackupRequest,
): Promise<DatabaseBackup> {
  const [made] = await backup(context, { project, ...request });
  if (made === undefined) throw new OrqError({ code: 'BUG', message: 'A backup told of no file.' });
  return { ...made, path: join(backupFolder(project), made.file) };
}

/** Backups of a project's database, the newest first; they stay when it is deleted. Needs no engine. */
export function databaseBackups(
  context: Pick<DatabasesContext, 'stateDirectory'>,
  id: string,
): Promise<readonly BackupSummary[]> {
  checkProjectId(id);
  return findBackups([asProject(context, id)], undefined);
}
