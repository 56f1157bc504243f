import { isOrqError, OrqError, wordsOf } from '../../model/errors.ts';
import { listBranches } from '../../postgres/branches.ts';
import { withMaintenance } from '../../postgres/dump/database-lock.ts';
import { isMadeByOrq } from '../../postgres/dump/database-names.ts';
import { holdsObjects, otherDatabases } from '../../postgres/dump/other-databases.ts';
import { type ReachedDatabase, reachDatabase } from './as-project.ts';
import { backupWith } from './backup-database.ts';
import type { DatabasesContext } from './db-context.ts';

/**
 * Backs up a database that is about to go; the path of the backup, null when the database holds nothing. Throws
 * NOT_BACKED_UP, also for other databases on its server, which no backup of orq holds.
 */
export async function protectDatabase(context: DatabasesContext, id: string): Promise<string | null> {
  try {
    const reached = await reachDatabase(context, id);
    const address = { ...reached.server, database: reached.database.database };
    if (reached.database.placement === 'own') await refuseOthers(context, reached);
    if (!(await holdsObjects(address, context.signal))) return null;
    return (await backupWith(context, reached.project, { reason: 'pre-delete' })).path;
  } catch (error) {
    context.signal.throwIfAborted();
    throw notBackedUp(id, error);
  }
}

/** Branches are copies, and known by their names; they go with the database. */
async function refuseOthers(
  { emit, signal }: DatabasesContext,
  { database, server }: ReachedDatabase,
): Promise<void> {
  const address = { ...server, database: database.database };
  const [names, branches] = await Promise.all([
    otherDatabases(address, signal),
    withMaintenance(address, (session) => listBranches(session, address.database), signal),
  ]);
  const copies = new Set(branches.map((branch) => branch.database));
  const others = names.filter((name) => !copies.has(name) && !isMadeByOrq(name));
  if (copies.size > 0)
    emit({
      type: 'warning',
      text: `branches that go with it: ${branches.map(({ name }) => name).join(', ')}`,
    });
  if (others.length === 0) return;
  throw new OrqError({
    code: 'DATABASE_HELD',
    message: `Its server has other databases, which no backup of orq holds: ${others.join(', ')}.`,
  });
}

function notBackedUp(id: string, cause: unknown): OrqError {
  const stopped = isOrqError(cause) && cause.code === 'SERVICE_NOT_RUNNING';
  return new OrqError({
    code: 'NOT_BACKED_UP',
    message: `The database of ${id} would be deleted, and cannot be backed up first.`,
    detail: wordsOf(cause),
    hint: stopped
      ? `orq db create ${id} starts it; orq db delete ${id} --no-backup gives its data up.`
      : `orq db delete ${id} --no-backup gives its data up.`,
    cause,
  });
}
