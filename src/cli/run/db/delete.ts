import type { DatabaseInfo } from '../../../model/database.ts';
import { deleteDatabase } from '../../../operations/db/delete-database.ts';
import { getDatabase } from '../../../operations/db/find-databases.ts';
import { askFor } from '../../ask.ts';
import { exitCodes } from '../../runtime.ts';
import { type DbWork, show } from './db-work.ts';

/** Runs `orq db delete`. */
export async function runDelete({ runtime, flags, id, context, console }: DbWork): Promise<number> {
  const { projectId }: DatabaseInfo = await getDatabase(context, id);
  if (flags.yes !== true) {
    const text = `The database of ${projectId} goes with all its data. Type ${projectId} to go on:`;
    await askFor(runtime, { text, answer: projectId, flag: '--yes' });
  }
  const deleted = await deleteDatabase(context, id, { force: flags.force === true });
  show(
    console,
    'delete',
    { deleted: deleted.projectId },
    () => `${console.paint.good('✔')} ${projectId} deleted`,
  );
  return exitCodes.done;
}
