import { join } from 'node:path';
import { isOrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import { readUndo } from '../../operations/backup/undo-journal.ts';
import { stateDirectory } from '../../operations/context.ts';
import { databasesFolder } from '../../operations/db/db-context.ts';
import { type FoundDeletion, newestDeletion } from '../../operations/db/deleted-database.ts';
import type { Target } from '../../project/resolve-targets.ts';
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
  const target = singleTarget(runtime, flags, []);
  const found = flags.service === undefined ? await lastDeletion(runtime, target) : undefined;
  if (found !== undefined) return (await import('./undo-delete.ts')).runUndoDelete(runtime, flags, found);
  const { project } = (await target).loaded;
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

/**
 * The deletion of a database, unless something was replaced or removed in the project of this folder since. What the API
 * in a container deletes it notes in the project's state folder.
 */
async function lastDeletion(
  { environment }: Runtime,
  target: Promise<Target>,
): Promise<FoundDeletion | undefined> {
  const own = databasesFolder(environment);
  const project = await projectOf(target);
  if (project === undefined) return newestDeletion([own]);
  const found = await newestDeletion([own, join(stateDirectory(project), 'databases')]);
  const change = await readUndo(project);
  return found !== undefined && (change?.at ?? '') < found.deleted.at ? found : undefined;
}

/** Undefined in a folder without a project. */
async function projectOf(target: Promise<Target>): Promise<Project | undefined> {
  try {
    return (await target).loaded.project;
  } catch (error) {
    if (isOrqError(error) && error.code === 'NO_COMPOSE_FILE') return undefined;
    throw error;
  }
}
