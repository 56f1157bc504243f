import type { DatabaseInfo } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { DatabasesContext } from './db-context.ts';
import { checkProjectId } from './names.ts';
import { findOwn, listOwn } from './own-databases.ts';
import { settleInterrupted } from './settle-interrupted.ts';
import { findShared, listShared } from './shared-databases.ts';

/** Every database, by project id; what interrupted commands left half made is removed first. */
export async function listDatabases(context: DatabasesContext): Promise<readonly DatabaseInfo[]> {
  await settleInterrupted(context);
  const own = await listOwn(context);
  const all = [...own, ...(await listShared(context, own))];
  return all.sort((a, b) => a.projectId.localeCompare(b.projectId, 'en'));
}

/** The database of a project. Throws DATABASE_UNKNOWN. */
export async function getDatabase(context: DatabasesContext, id: string): Promise<DatabaseInfo> {
  const found = await findDatabase(context, id);
  if (found !== undefined) return found;
  throw new OrqError({
    code: 'DATABASE_UNKNOWN',
    message: `The project ${id} has no database.`,
    hint: `orq db create ${id}`,
  });
}

/** The database of a project, undefined when it has none. */
export async function findDatabase(context: DatabasesContext, id: string): Promise<DatabaseInfo | undefined> {
  checkProjectId(id);
  return (await findOwn(context, id)) ?? (await findShared(context, id));
}
