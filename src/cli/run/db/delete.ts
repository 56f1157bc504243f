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
    const safe = flags.backup === false ? 'It cannot be brought back.' : 'It is backed up first.';
    const text = `The database of ${projectId} goes with all its data. ${safe} Type ${projectId} to go on:`;
    await askFor(runtime, { text, answer: projectId, flag: '--yes' });
  }
  const { force = false, backup = true } = flags;
  const deleted = await deleteDatabase(context, id, { force, backup });
  const lines = [
    `${console.paint.good('✔')} ${projectId} deleted`,
    ...(deleted.backup === null ? [] : [`  backed up as ${deleted.backup}`]),
    ...(backup ? ['  orq undo brings it back'] : []),
  ];
  show(console, 'delete', { deleted: projectId, backup: deleted.backup }, () => lines.join('\n'));
  return exitCodes.done;
}
