import type { DatabaseInfo } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import { withChange } from './changes.ts';
import { awaken, createOwn } from './create-own.ts';
import { type Creation, otherOptions } from './creation.ts';
import type { DatabasesContext } from './db-context.ts';
import { getDatabase } from './find-databases.ts';
import { sharedId } from './names.ts';
import { type CheckedOptions, checkOptions } from './options.ts';
import { findOwn } from './own-databases.ts';
import { addTenant, findShared, removeTenant } from './shared-databases.ts';

/**
 * Makes a database in the server that projects share, and that server when it is the first. Throws USAGE for options
 * that belong to the server, DATABASE_EXISTS.
 */
export async function createShared(
  context: DatabasesContext,
  id: string,
  options: CheckedOptions,
): Promise<Creation> {
  refuseServerOptions(id, options);
  if ((await findOwn(context, id)) !== undefined)
    throw otherOptions(id, ['placement: it has a server of its own, shared is asked for']);
  const server = await provideServer(context);
  const found = await findShared(context, id);
  if (found !== undefined) return { database: sameAs(found, options), created: false };
  return withChange(context, { id, doing: 'create' }, async () => {
    try {
      await addTenant(context, server, { id, password: options.password });
      return { database: await getDatabase(context, id), created: true };
    } catch (error) {
      await removeTenant({ ...context, signal: new AbortController().signal }, id);
      throw error;
    }
  });
}

/** The server may have been made with options of its own. */
async function provideServer(context: DatabasesContext): Promise<DatabaseInfo> {
  const found = await findOwn(context, sharedId);
  if (found !== undefined) return awaken(context, found);
  return (await createOwn(context, sharedId, checkOptions({}))).database;
}

function sameAs(found: DatabaseInfo, { password }: CheckedOptions): DatabaseInfo {
  if (password === undefined || password === found.password) return found;
  throw otherOptions(found.projectId, ['another password']);
}

function refuseServerOptions(id: string, { port, postgresVersion, limits }: CheckedOptions): void {
  const own =
    port === undefined && postgresVersion === undefined && limits.memory === '' && limits.cpus === '';
  if (id !== sharedId && own) return;
  throw new OrqError({
    code: 'USAGE',
    message: 'A place in the shared server has no version, port or limits of its own.',
    detail: `They are those of the server, which is made like the database of a project called ${sharedId}.`,
    hint: `orq db create ${sharedId} --memory 1g, then orq db create my-project --placement shared`,
  });
}
