import type { RestoreResult, UndoResult } from '../../model/backup.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import { withMaintenance } from '../../postgres/dump/database-lock.ts';
import { dropDatabase } from '../../postgres/dump/scratch-database.ts';
import { bringRolesBack } from '../backup/bring-roles-back.ts';
import { databaseTarget } from '../backup/database-target.ts';
import { chosenBackup } from '../backup/find-backups.ts';
import type { UndoPlan } from '../backup/undo.ts';
import { reachDatabase } from './as-project.ts';
import { createDatabase } from './create-database.ts';
import type { Creation } from './creation.ts';
import type { DatabasesContext } from './db-context.ts';
import { type DeletedDatabase, forgetDeletion, type FoundDeletion } from './deleted-database.ts';
import { restoreDatabaseOf } from './restore-database.ts';

export interface UndoDeleteRequest extends FoundDeletion {
  /** Told what will be made; rejects to stop. */
  readonly confirm: (plan: UndoPlan) => Promise<void>;
}

/** What undoing a deletion does, in words. */
export function undoDeletePlan({ projectId, at, backup }: DeletedDatabase): UndoPlan {
  const content = backup === null ? 'empty, as it was' : `← ${backup}`;
  return {
    answer: projectId,
    text: `Back to before orq db delete ${projectId} of ${at}: ${projectId} ${content}.`,
  };
}

/**
 * Makes a deleted database anew, with its password and the port where that is free, and restores the backup that its
 * deletion took. Throws what creating and restoring throw.
 */
export async function undoDelete(
  context: DatabasesContext,
  { deleted, folder, confirm }: UndoDeleteRequest,
): Promise<UndoResult> {
  const { projectId, backup, hadReplica } = deleted;
  await confirm(undoDeletePlan(deleted));
  const { database, created } = await recreate(context, deleted);
  const restored = backup === null ? null : await bringBack(context, deleted, { backup, created });
  await forgetDeletion(folder);
  if (hadReplica)
    context.emit({ type: 'note', text: `its replica is not made anew: orq db replica ${projectId}` });
  const command = `orq db delete ${projectId}`;
  return { kind: 'recreated', command, projectId, port: database.port, restored };
}

/** What making a database ends with when another server has its port, found out before or after it was started. */
const ofAnotherServer: ReadonlySet<string> = new Set(['PORT_HELD', 'DATABASE_NOT_STARTED', 'ENGINE_FAILED']);

async function recreate(
  context: DatabasesContext,
  { projectId, options }: DeletedDatabase,
): Promise<Creation> {
  try {
    return await createDatabase(context, projectId, defined(options));
  } catch (error) {
    const mayBePort = error instanceof OrqError && ofAnotherServer.has(error.code);
    if (!mayBePort || options.port === undefined) throw error;
    const text = `port ${options.port} is not to be had any more: another one is taken`;
    context.emit({ type: 'warning', text });
    return createDatabase(context, projectId, { ...defined(options), port: 0 });
  }
}

async function bringBack(
  context: DatabasesContext,
  { projectId, options }: DeletedDatabase,
  { backup, created }: { readonly backup: string; readonly created: boolean },
): Promise<RestoreResult> {
  const { project, service, server, database } = await reachDatabase(context, projectId);
  const cwd = context.stateDirectory;
  if (options.placement === 'own') {
    const target = await databaseTarget(context, project, service.name);
    await bringRolesBack(
      context,
      target,
      await chosenBackup(project, { file: backup, cwd, service: undefined }),
    );
  }
  const restored = await restoreDatabaseOf(context, projectId, { file: backup, cwd, noSafety: created });
  const { kept } = restored;
  if (!created || kept === null) return restored;
  // What was just made has nothing that is worth keeping.
  const address = { ...server, database: database.database };
  await withMaintenance(address, (session) => dropDatabase(session, address, kept), context.signal);
  return { ...restored, kept: null };
}
