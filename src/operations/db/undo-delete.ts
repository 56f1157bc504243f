import type { RestoreResult, UndoResult } from '../../model/backup.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
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

async function recreate(
  context: DatabasesContext,
  { projectId, options }: DeletedDatabase,
): Promise<Creation> {
  try {
    return await createDatabase(context, projectId, defined(options));
  } catch (error) {
    if (!(error instanceof OrqError) || error.code !== 'PORT_HELD') throw error;
    const text = `port ${options.port} is held by something else now: another one is taken`;
    context.emit({ type: 'warning', text });
    return createDatabase(context, projectId, { ...defined(options), port: 0 });
  }
}

async function bringBack(
  context: DatabasesContext,
  { projectId, options }: DeletedDatabase,
  { backup, created }: { readonly backup: string; readonly created: boolean },
): Promise<RestoreResult> {
  const { project, service } = await reachDatabase(context, projectId);
  const cwd = context.stateDirectory;
  if (options.placement === 'own') {
    const target = await databaseTarget(context, project, service.name);
    await bringRolesBack(
      context,
      target,
      await chosenBackup(project, { file: backup, cwd, service: undefined }),
    );
  }
  return restoreDatabaseOf(context, projectId, {
    file: backup,
    cwd,
    // One that was just made has nothing to be kept safe.
    noSafety: created,
    confirm: () => Promise.resolve(),
  });
}
