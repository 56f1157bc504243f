import { resolve } from 'node:path';
import { databasesProject } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import { removeExpiredBranches } from '../../operations/db/branches.ts';
import { databasesFolder, notesFolder } from '../../operations/db/db-context.ts';
import { chooseEngine } from '../../operations/db/engine-choice.ts';
import { suggestion } from '../../project/did-you-mean.ts';
import { withContext } from '../command-context.ts';
import type { Runtime } from '../runtime.ts';
import { clusterFlags, type DbFlags, type DbWork } from './db/db-work.ts';

export type { DbFlags } from './db/db-work.ts';

type Run = (work: DbWork) => Promise<number>;

/** What each action runs, loaded when it does. */
const actions: Readonly<Record<string, () => Promise<Run>>> = {
  create: async () => (await import('./db/create.ts')).runCreate,
  get: async () => (await import('./db/look.ts')).runGet,
  list: async () => (await import('./db/look.ts')).runList,
  exists: async () => (await import('./db/look.ts')).runExists,
  url: async () => (await import('./db/look.ts')).runUrl,
  delete: async () => (await import('./db/delete.ts')).runDelete,
  backup: async () => (await import('./db/backup.ts')).runBackup,
  backups: async () => (await import('./db/backup.ts')).runBackups,
  upgrade: async () => (await import('./db/upgrade.ts')).runUpgrade,
  branch: async () => (await import('./db/branch.ts')).runBranch,
  psql: async () => (await import('./db/psql.ts')).runDatabasePsql,
  metrics: async () => (await import('./db/metrics.ts')).runMetrics,
  replica: async () => (await import('./db/replica.ts')).runReplica,
  failover: async () => (await import('./db/replica.ts')).runFailover,
  switchover: async () => (await import('./db/replica.ts')).runSwitchover,
  rejoin: async () => (await import('./db/replica.ts')).runRejoin,
  forward: async () => (await import('./db/forward.ts')).runForward,
  restore: async () => (await import('./db/backup.ts')).runRestore,
};

/** Actions that are about all databases when no project is named. */
const aboutAll: ReadonlySet<string> = new Set(['list', 'metrics']);

/** Runs `orq db`. */
export async function runDb(
  runtime: Runtime,
  [action = '', project, word, ...rest]: readonly (string | undefined)[],
  flags: DbFlags,
): Promise<number> {
  const load = actions[action];
  if (load === undefined) throw unknownAction(action);
  if (project === undefined && !aboutAll.has(action))
    throw new OrqError({
      code: 'USAGE',
      message: `orq db ${action} needs the id of a project.`,
      hint: action === 'create' ? 'orq db create my-project' : 'orq db list',
    });
  const { environment } = runtime;
  const words = [word, ...rest].filter((text) => text !== undefined);
  const stateDirectory = databasesFolder(environment);
  const directory = resolve(runtime.cwd, flags.directory ?? '.');
  const said = { ...flags, cluster: clusterFlags(flags) };
  const [run, choice] = await Promise.all([load(), chooseEngine(directory, environment, said)]);
  return withContext(
    runtime,
    { ...flags, ...choice },
    {
      command: `orq db ${action}`,
      projects: [],
      own: { stateDirectory, project: databasesProject, cluster: choice.cluster },
      work: async ({ operation, console }) => {
        const folder = notesFolder(stateDirectory, operation.engine);
        const context = { ...operation, stateDirectory: folder, environment };
        await removeExpiredBranches(context);
        return run({ runtime, flags, console, word, rest: words, context, id: project ?? '' });
      },
    },
  );
}

function unknownAction(action: string): OrqError {
  return new OrqError({
    code: 'USAGE',
    message: `orq db has no action ${action}.`,
    hint:
      suggestion(action, Object.keys(actions)).hint ?? `Its actions are: ${Object.keys(actions).join(', ')}.`,
  });
}
