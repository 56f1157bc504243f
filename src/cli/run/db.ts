import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type DatabaseInfo, databasesProject } from '../../model/database.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import { createDatabase } from '../../operations/db/create-database.ts';
import { databasesFolder, type DatabasesContext } from '../../operations/db/db-context.ts';
import { chooseEngine } from '../../operations/db/engine-choice.ts';
import { deleteDatabase } from '../../operations/db/delete-database.ts';
import { findDatabase, getDatabase, listDatabases } from '../../operations/db/find-databases.ts';
import { databaseText, databasesText } from '../../output/database-text.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { suggestion } from '../../project/did-you-mean.ts';
import { askFor } from '../ask.ts';
import { withContext } from '../command-context.ts';
import type { Console } from '../console.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';

export interface DbFlags extends Globals {
  readonly postgres?: string;
  readonly port?: string;
  readonly memory?: string;
  readonly cpus?: string;
  readonly passwordFile?: string;
  readonly force?: boolean;
}

interface DbWork {
  readonly runtime: Runtime;
  readonly flags: DbFlags;
  readonly id: string;
  readonly context: DatabasesContext;
  readonly console: Console;
}

const actions: Readonly<Record<string, (work: DbWork) => Promise<number>>> = {
  create: runCreate,
  get: runGet,
  list: runList,
  delete: runDelete,
  exists: runExists,
  url: runUrl,
};

/** Runs `orq db`. */
export async function runDb(
  runtime: Runtime,
  [action = '', project]: readonly (string | undefined)[],
  flags: DbFlags,
): Promise<number> {
  const run = actions[action];
  if (run === undefined)
    throw new OrqError({
      code: 'USAGE',
      message: `orq db has no action ${action}.`,
      hint:
        suggestion(action, Object.keys(actions)).hint ??
        `Its actions are: ${Object.keys(actions).join(', ')}.`,
    });
  if (project === undefined && action !== 'list')
    throw new OrqError({
      code: 'USAGE',
      message: `orq db ${action} needs the id of a project.`,
      hint: action === 'create' ? 'orq db create my-project' : 'orq db list',
    });
  const { environment } = runtime;
  const stateDirectory = databasesFolder(environment);
  const directory = resolve(runtime.cwd, flags.directory ?? '.');
  const choice = await chooseEngine(directory, environment, flags);
  return withContext(
    runtime,
    { ...flags, ...choice },
    {
      command: `orq db ${action}`,
      projects: [],
      own: { stateDirectory, project: databasesProject },
      work: ({ operation, console }) =>
        run({
          runtime,
          flags,
          console,
          id: project ?? '',
          context: { ...operation, stateDirectory, environment },
        }),
    },
  );
}

async function runCreate({ runtime, flags, id, context, console }: DbWork): Promise<number> {
  const { postgres, port, memory, cpus, passwordFile } = flags;
  const password = passwordFile === undefined ? undefined : await readPassword(runtime, passwordFile);
  const options = defined({
    postgresVersion: postgres,
    port: port === undefined ? undefined : Number(port),
    memory,
    cpus,
    password,
  });
  const { database, created } = await createDatabase(context, id, options);
  show(console, 'create', { database, created }, () => databaseText(database, console.paint, { created }));
  return exitCodes.done;
}

async function readPassword({ cwd }: Runtime, path: string): Promise<string> {
  try {
    return (await readFile(resolve(cwd, path), 'utf8')).trim();
  } catch (cause) {
    throw new OrqError({
      code: 'FILE_UNREADABLE',
      message: `The password file ${path} cannot be read.`,
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: `ls -l ${path}`,
      cause,
    });
  }
}

async function runGet({ id, context, console }: DbWork): Promise<number> {
  const database = await getDatabase(context, id);
  show(console, 'get', { database }, () => databaseText(database, console.paint));
  return exitCodes.done;
}

async function runUrl({ id, context, console }: DbWork): Promise<number> {
  const database = await getDatabase(context, id);
  show(console, 'url', { url: database.connectionString }, () => database.connectionString);
  return exitCodes.done;
}

async function runList({ context, console }: DbWork): Promise<number> {
  const databases = await listDatabases(context);
  show(console, 'list', { databases }, () => databasesText(databases, console));
  return exitCodes.done;
}

async function runExists({ id, context, console }: DbWork): Promise<number> {
  const exists = (await findDatabase(context, id)) !== undefined;
  show(console, 'exists', { exists }, () => (exists ? 'yes' : 'no'));
  return exists ? exitCodes.done : exitCodes.failed;
}

async function runDelete({ runtime, flags, id, context, console }: DbWork): Promise<number> {
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

function show(console: Console, action: string, content: object, text: () => string): void {
  console.progress.close();
  console.result({ json: () => jsonDocument({ command: `db ${action}`, ...content }), text });
}
