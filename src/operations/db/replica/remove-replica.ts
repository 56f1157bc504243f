import { OrqError } from '../../../model/errors.ts';
import { runningDatabase } from '../as-project.ts';
import { withChange } from '../changes.ts';
import type { DatabasesContext } from '../db-context.ts';
import { containerNameOf } from '../names.ts';
import { settleInterrupted } from '../settle-interrupted.ts';
import { isOperated, replicateByOperator } from './operated.ts';
import { finishRemoval } from './finish-removal.ts';

/**
 * Removes the replica of a project's database with its data; the server is alone again, after a moment's stop. Returns
 * false when there was none. Throws DATABASE_UNKNOWN, and USAGE while the replica is the one that takes writes.
 */
export async function removeReplica(context: DatabasesContext, id: string): Promise<boolean> {
  await settleInterrupted(context);
  const info = await runningDatabase(context, id);
  if (await isOperated(context, info)) return replicateByOperator(context, info, false);
  if (info.replica === undefined) return false;
  if (info.containerName !== containerNameOf(id)) throw isPrimary(id);
  await withChange(context, { id, doing: 'replica-removal' }, () => finishRemoval(context, id));
  return true;
}

function isPrimary(id: string): OrqError {
  return new OrqError({
    code: 'USAGE',
    message: `The replica of ${id} is the one that takes writes now.`,
    hint: `orq db switchover ${id}`,
  });
}
