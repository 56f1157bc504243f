import type { RestorePlan, RestoreResult } from '../../model/backup.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import { chosenBackup } from '../backup/find-backups.ts';
import { restore, restorePlan, type RestoreRequest } from '../backup/restore.ts';
import { reachDatabase } from './as-project.ts';
import { type DatabasesContext, lockWaitMs } from './db-context.ts';

export interface DatabaseRestoreRequest {
  /** Path, name, or beginning of the name of a backup, or any dump; the newest backup when absent. */
  readonly file?: string;
  /** Against which a relative path is resolved. */
  readonly cwd: string;
  /** Restores into a new database of the same server instead of replacing. */
  readonly into?: string;
  readonly noSafety?: boolean;
  /** Asked before anything is changed; rejects to stop. Nobody is asked without it. */
  readonly confirm?: ((plan: RestorePlan) => Promise<void>) | undefined;
}

/** Replaces the database of a project by a backup. Throws what {@link restore} throws, DATABASE_UNKNOWN, BACKUP_NOT_FOUND. */
export async function restoreDatabaseOf(
  context: DatabasesContext,
  id: string,
  request: DatabaseRestoreRequest,
): Promise<RestoreResult> {
  return { ...(await restore(context, await restoreRequest(context, id, request))), service: id };
}

/** What {@link restoreDatabaseOf} would replace by what. */
export async function databaseRestorePlan(
  context: DatabasesContext,
  id: string,
  request: DatabaseRestoreRequest,
): Promise<RestorePlan> {
  return restorePlan(context, await restoreRequest(context, id, request));
}

async function restoreRequest(
  context: DatabasesContext,
  id: string,
  { file, cwd, into, noSafety, confirm }: DatabaseRestoreRequest,
): Promise<RestoreRequest> {
  const { project, service } = await reachDatabase(context, id);
  const backup = await chosenBackup(project, { file, cwd, service: undefined }).catch((error: unknown) => {
    if (!(error instanceof OrqError) || error.code !== 'BACKUP_NOT_FOUND') throw error;
    const { code, message, detail } = error;
    throw new OrqError({ code, message, hint: `orq db backups ${id}`, ...defined({ detail }) });
  });
  return { project, service: service.name, backup, confirm, lockWaitMs, ...defined({ into, noSafety }) };
}
