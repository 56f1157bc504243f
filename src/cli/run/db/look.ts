import { findDatabase, getDatabase, listDatabases } from '../../../operations/db/find-databases.ts';
import { databasesText, databaseText } from '../../../output/database-text.ts';
import { exitCodes } from '../../runtime.ts';
import { type DbWork, show } from './db-work.ts';

/** Runs `orq db get`. */
export async function runGet({ id, context, console }: DbWork): Promise<number> {
  const database = await getDatabase(context, id);
  show(console, 'get', { database }, () => databaseText(database, console.paint));
  return exitCodes.done;
}

/** Runs `orq db url`. */
export async function runUrl({ id, context, console }: DbWork): Promise<number> {
  const database = await getDatabase(context, id);
  show(console, 'url', { url: database.connectionString }, () => database.connectionString);
  return exitCodes.done;
}

/** Runs `orq db list`. */
export async function runList({ context, console }: DbWork): Promise<number> {
  const databases = await listDatabases(context);
  show(console, 'list', { databases }, () => databasesText(databases, console));
  return exitCodes.done;
}

/** Runs `orq db exists`. */
export async function runExists({ id, context, console }: DbWork): Promise<number> {
  const exists = (await findDatabase(context, id)) !== undefined;
  show(console, 'exists', { exists }, () => (exists ? 'yes' : 'no'));
  return exists ? exitCodes.done : exitCodes.failed;
}
