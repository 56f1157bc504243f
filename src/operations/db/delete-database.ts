import type { DatabaseInfo } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import { withSession } from '../../postgres/session.ts';
import { withChange } from './changes.ts';
import type { DatabasesContext } from './db-context.ts';
import { type DeletedDatabase, forgetDeletion, noteDeletion, optionsOf } from './deleted-database.ts';
import { getDatabase, listDatabases } from './find-databases.ts';
import { containerNameOf, sharedId } from './names.ts';
import { protectDatabase } from './protect-database.ts';
import { removeDatabase } from './remove-database.ts';
import { serverAddress } from './server-address.ts';
import { removeTenant } from './shared-databases.ts';
import { settleInterrupted } from './settle-interrupted.ts';

export interface DeleteOptions {
  /** Deletes it although somebody is connected. */
  readonly force?: boolean;
  /** False takes no backup first: then it cannot be undone. */
  readonly backup?: boolean;
}

/** A database that is gone. */
export interface Deletion {
  readonly database: DatabaseInfo;
  /** Path of the backup that was taken first; null without one. */
  readonly backup: string | null;
}

/**
 * Removes the database of a project with its container and its data, after a backup of it unless it holds nothing.
 * Throws DATABASE_UNKNOWN, DATABASE_IN_USE while sessions are connected, and NOT_BACKED_UP.
 */
export async function deleteDatabase(
  context: DatabasesContext,
  id: string,
  { force = false, backup = true }: DeleteOptions = {},
): Promise<Deletion> {
  await settleInterrupted(context);
  const database = await getDatabase(context, id);
  if (database.projectId === sharedId) await refuseTenants(context);
  if (!force && database.status === 'running') await refuseSessions(context, database);
  const path = backup ? await protectDatabase(context, id) : null;
  const options = await optionsOf(context, database);
  if (database.placement === 'own')
    await context.engine.cluster?.checkRemoval(containerNameOf(id), context.signal);
  await withChange(context, { id, doing: 'delete' }, async () => {
    if (backup) await noteDeletion(context, { ...deletionOf(context, database), backup: path, options });
    else await forgetDeletion(context.stateDirectory);
    await (database.placement === 'shared' ? removeTenant(context, id) : removeDatabase(context, id));
  });
  return { database, backup: path };
}

function deletionOf(
  { engine }: DatabasesContext,
  { projectId, replica }: DatabaseInfo,
): Omit<DeletedDatabase, 'backup' | 'options'> {
  const hadReplica = replica !== undefined;
  return { at: new Date().toISOString(), engine: engine.kind, projectId, hadReplica };
}

/** The shared server goes last. */
async function refuseTenants(context: DatabasesContext): Promise<void> {
  const tenants = (await listDatabases(context)).filter(({ placement }) => placement === 'shared');
  if (tenants.length === 0) return;
  throw new OrqError({
    code: 'DATABASE_IN_USE',
    message: `The shared server holds the databases of ${tenants.length} project${tenants.length === 1 ? '' : 's'}.`,
    detail: tenants.map(({ projectId }) => projectId).join('\n'),
    hint: `orq db delete ${tenants[0]?.projectId}`,
  });
}

async function refuseSessions(context: DatabasesContext, database: DatabaseInfo): Promise<void> {
  const { signal } = context;
  // One that does not answer has nobody who works with it.
  const sessions = await sessionsOf(context, database).catch(() => []);
  signal.throwIfAborted();
  if (sessions.length === 0) return;
  throw new OrqError({
    code: 'DATABASE_IN_USE',
    message: `${sessions.length} session${sessions.length === 1 ? ' is' : 's are'} connected to the database of ${database.projectId}.`,
    detail: sessions
      .map(({ pid, application }) => `pid ${pid}${application === '' ? '' : ` (${application})`}`)
      .join('\n'),
    hint: `orq db delete ${database.projectId} --force`,
  });
}

async function sessionsOf(
  context: DatabasesContext,
  database: DatabaseInfo,
): Promise<readonly { readonly pid: number; readonly application: string }[]> {
  const { signal } = context;
  return withSession(
    await serverAddress(context, database),
    (session) =>
      session.query<{ pid: number; application: string }>(
        `SELECT pid, application_name AS application FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND usename <> 'streaming_replica'
           AND application_name NOT LIKE 'cnpg%'`,
      ),
    { signal },
  );
}
