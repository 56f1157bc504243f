import { resolve } from 'node:path';
import { databasesProject } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import { databasesFolder, notesFolder } from '../../operations/db/db-context.ts';
import type { DeletedDatabase, FoundDeletion } from '../../operations/db/deleted-database.ts';
import { chooseEngine } from '../../operations/db/engine-choice.ts';
import { undoDelete, undoDeletePlan } from '../../operations/db/undo-delete.ts';
import { withContext } from '../command-context.ts';
import type { Runtime } from '../runtime.ts';
import { confirmUndo, showUndone, showUndoPlan } from './show-undo.ts';
import type { UndoFlags } from './undo.ts';

/** Runs `orq undo` after `orq db delete`. */
export async function runUndoDelete(
  runtime: Runtime,
  flags: UndoFlags,
  { deleted, folder }: FoundDeletion,
): Promise<number> {
  const { environment } = runtime;
  const stateDirectory = databasesFolder(environment);
  const directory = resolve(runtime.cwd, flags.directory ?? '.');
  const said = { ...flags, engine: flags.engine ?? deleted.engine };
  const choice = await chooseEngine(directory, environment, said);
  return withContext(
    runtime,
    { ...flags, ...choice },
    {
      command: 'orq undo',
      projects: [],
      own: { stateDirectory, project: databasesProject, cluster: choice.cluster },
      work: async (context) => {
        const { operation } = context;
        const notes = notesFolder(stateDirectory, operation.engine);
        if (deleted.engine === 'kubernetes' && notes !== folder) throw otherCluster(deleted);
        if (flags.plan === true) return showUndoPlan(context, undoDeletePlan(deleted));
        const databases = { ...operation, stateDirectory: notes, environment };
        const confirm = confirmUndo(runtime, flags, context);
        return showUndone(context, await undoDelete(databases, { deleted, folder, confirm }));
      },
    },
  );
}

function otherCluster({ projectId, backup }: DeletedDatabase): OrqError {
  return new OrqError({
    code: 'DATABASE_UNKNOWN',
    message: `The database of ${projectId} was deleted in another cluster than the one that is named now.`,
    hint: `Name that cluster with KUBECONFIG, or take its backup: orq db restore ${projectId} ${backup ?? ''}`.trim(),
  });
}
