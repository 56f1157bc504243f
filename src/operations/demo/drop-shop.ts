import { withProjectLock } from '../../host/project-lock.ts';
import type { Project } from '../../model/project.ts';
import { lockOptions, type OperationContext, stateDirectory } from '../context.ts';
import { protect } from '../backup/protect.ts';
import { recordUndo } from '../backup/undo-journal.ts';
import { withShop } from './shop-session.ts';

/** Removes all tables of the shop once they are backed up; returns the file. Throws NOT_BACKED_UP. */
export function eliminateShop(
  context: OperationContext,
  { project, lockWaitMs }: { readonly project: Project; readonly lockWaitMs: number },
): Promise<string> {
  return withProjectLock(stateDirectory(project), lockOptions(context, lockWaitMs), async () => {
    const copies = await protect(context, { project, reason: 'pre-drop', required: true });
    await recordUndo(project, { command: 'orq demo eliminar_base_de_datos', copies });
    await withShop(context, project, (shop) => shop.drop());
    return copies.map(({ file }) => file).join(', ');
  });
}
