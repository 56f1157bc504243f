import { isOrqError } from '../../model/errors.ts';
import { readUndo } from '../../operations/backup/undo-journal.ts';
import { databasesFolder } from '../../operations/db/db-context.ts';
import { type DeletedDatabase, newestDeletion } from '../../operations/db/deleted-database.ts';
import { withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import { singleTarget } from '../running-targets.ts';
import { confirmUndo, showUndone, showUndoPlan } from './show-undo.ts';

export interface UndoFlags extends Globals {
  readonly service?: string;
  readonly plan?: boolean;
  readonly timeout: number;
}

const lockWaitMs = 120_000;

/** Runs `orq undo`: what came last, in the project of this folder or among the databases of projects. */
export async function runUndo(runtime: Runtime, flags: UndoFlags): Promise<number> {
  const found =
    flags.service === undefined ? await newestDeletion(databasesFolder(runtime.environment)) : undefined;
  if (found !== undefined && (await isLast(runtime, flags, found.deleted)))
    return (await import('./undo-delete.ts')).runUndoDelete(runtime, flags, found);
  const { project } = (await singleTarget(runtime, flags, [])).loaded;
  return withContext(runtime, flags, {
    command: 'orq undo',
    projects: [project],
    work: async (context) => {
      const { undo, undoPlan } = await import('../../operations/backup/undo.ts');
      const { operation } = context;
      const confirm = confirmUndo(runtime, flags, context);
      const request = { project, service: flags.service, confirm, lockWaitMs, timeoutMs: flags.timeout };
      if (flags.plan === true) return showUndoPlan(context, await undoPlan(operation, request));
      return showUndone(context, await undo(operation, request));
    },
  });
}

/** Whether nothing was replaced or removed in the project of this folder since; there may be no project. */
async function isLast(runtime: Runtime, flags: UndoFlags, { at }: DeletedDatabase): Promise<boolean> {
  try {
    const { project } = (await singleTarget(runtime, flags, [])).loaded;
    return ((await readUndo(project))?.at ?? '') < at;
  } catch (error) {
    if (isOrqError(error) && error.code === 'NO_COMPOSE_FILE') return true;
    throw error;
  }
}
