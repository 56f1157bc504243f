import { type ClusterChoice, type EngineWord, selectEngine } from '../engine/select-engine.ts';
import type { RestoreResult } from '../model/backup.ts';
import type { Branch } from '../model/branch.ts';
import type { DatabaseMetrics } from '../model/database-metrics.ts';
import { type DatabaseInfo, type DatabaseOptions, databasesProject } from '../model/database.ts';
import type { UpgradeReport } from '../model/upgrade.ts';
import { defined } from '../model/defined.ts';
import { backupDatabaseOf, type DatabaseBackup } from '../operations/db/backup-database.ts';
import {
  type BranchRequest,
  createBranch,
  databaseBranches,
  deleteBranch,
} from '../operations/db/branches.ts';
import { createDatabase } from '../operations/db/create-database.ts';
import { databaseMetrics } from '../operations/db/database-metrics.ts';
import { chooseEngine } from '../operations/db/engine-choice.ts';
import { databasesFolder, type DatabasesContext, notesFolder } from '../operations/db/db-context.ts';
import { deleteDatabase } from '../operations/db/delete-database.ts';
import { findDatabase, getDatabase, listDatabases } from '../operations/db/find-databases.ts';
import { forwardDatabase } from '../operations/db/forward-database.ts';
import { upgradeDatabase } from '../operations/db/upgrade/upgrade-database.ts';
import { restoreDatabaseOf } from '../operations/db/restore-database.ts';

/** Where databases are made. */
export interface OrchestratorOptions {
  /** As the command line chooses when absent: ORQ_ENGINE, `orq.toml`, what is there. */
  readonly engine?: EngineWord;
  /** The same under the name that `orq.toml` has for it; `engine` comes first. */
  readonly type?: EngineWord;
  /** Which Kubernetes cluster is meant, and which namespace of it. */
  readonly cluster?: ClusterChoice;
  /** Endpoint of the engine, e.g. `unix:///var/run/docker.sock`. */
  readonly host?: string;
  /** Folder in which, or above which, `orq.toml` lies; the process's own when absent. */
  readonly directory?: string;
  /** Variables such as DOCKER_HOST; those of the process when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Told what a person would want to know, e.g. that another version runs. */
  readonly onMessage?: (text: string) => void;
}

/** Every operation can be cancelled; it then leaves nothing half made. */
export interface OperationOptions {
  readonly signal?: AbortSignal;
}

/** A PostgreSQL for each project. Every method rejects with an OrqError, whose `code` is stable (docs/errors.md). */
export interface DatabaseOrchestrator {
  /** Makes a database and waits until it answers; one that is there with the same options is returned. */
  createDatabase(
    projectId: string,
    options?: DatabaseOptions,
    operation?: OperationOptions,
  ): Promise<DatabaseInfo>;
  /** Rejects with DATABASE_UNKNOWN when there is none. */
  getDatabaseInfo(projectId: string, operation?: OperationOptions): Promise<DatabaseInfo>;
  listDatabases(operation?: OperationOptions): Promise<readonly DatabaseInfo[]>;
  /**
   * Removes it with all its data, after a backup that `orq undo` brings back, unless `backup` is false; rejects with
   * DATABASE_IN_USE while sessions are connected, unless forced, and with NOT_BACKED_UP.
   */
  deleteDatabase(
    projectId: string,
    operation?: OperationOptions & { readonly force?: boolean; readonly backup?: boolean },
  ): Promise<void>;
  databaseExists(projectId: string, operation?: OperationOptions): Promise<boolean>;
  /** Writes an archive that was read again and counted; `name` keeps it from being pruned. */
  backupDatabase(
    projectId: string,
    request?: { readonly name?: string },
    operation?: OperationOptions,
  ): Promise<DatabaseBackup>;
  /** Replaces the database by a backup, the newest when no file is named. The call itself confirms it. */
  restoreDatabase(
    projectId: string,
    request?: { readonly file?: string; readonly into?: string },
    operation?: OperationOptions,
  ): Promise<RestoreResult>;
  /** Moves it to a newer major; any failure leaves the old server serving. */
  upgradeDatabase(projectId: string, version: string, operation?: OperationOptions): Promise<UpgradeReport>;
  getDatabaseMetrics(projectId: string, operation?: OperationOptions): Promise<DatabaseMetrics>;
  /** Copies the database inside its server; rejects with BRANCH_EXISTS. */
  createBranch(projectId: string, request: BranchRequest, operation?: OperationOptions): Promise<Branch>;
  listBranches(projectId: string, operation?: OperationOptions): Promise<readonly Branch[]>;
  deleteBranch(projectId: string, name: string, operation?: OperationOptions): Promise<void>;
  /**
   * Runs work with a connection string for this machine, through a port that is forwarded into the cluster for so long;
   * rejects with ENGINE_UNSUPPORTED on other engines, whose databases have ports here.
   */
  withForward<Result>(
    projectId: string,
    work: (connectionString: string) => Promise<Result>,
    operation?: OperationOptions,
  ): Promise<Result>;
}

/** The databases of projects on this machine. */
export function createDatabaseOrchestrator(options: OrchestratorOptions = {}): DatabaseOrchestrator {
  const using = useEngine(options);
  return {
    createDatabase: (projectId, wish, operation) =>
      using(operation, async (context) => (await createDatabase(context, projectId, wish)).database),
    getDatabaseInfo: (projectId, operation) => using(operation, (context) => getDatabase(context, projectId)),
    listDatabases: (operation) => using(operation, listDatabases),
    deleteDatabase: (projectId, operation = {}) =>
      using(operation, async (context) => {
        const { force, backup } = operation;
        await deleteDatabase(context, projectId, defined({ force, backup }));
      }),
    databaseExists: (projectId, operation) =>
      using(operation, async (context) => (await findDatabase(context, projectId)) !== undefined),
    backupDatabase: (projectId, request, operation) =>
      using(operation, (context) => backupDatabaseOf(context, projectId, request)),
    restoreDatabase: (projectId, request, operation) =>
      using(operation, (context) =>
        restoreDatabaseOf(context, projectId, { cwd: process.cwd(), ...request }),
      ),
    upgradeDatabase: (projectId, version, operation) =>
      using(operation, (context) => upgradeDatabase(context, projectId, version)),
    getDatabaseMetrics: (projectId, operation) =>
      using(operation, (context) => databaseMetrics(context, projectId)),
    withForward: (projectId, work, operation) =>
      using(operation, async (context) =>
        work((await forwardDatabase(context, projectId, undefined)).connectionString),
      ),
    ...branchMethods(using),
  };
}

function branchMethods(
  using: Use,
): Pick<DatabaseOrchestrator, 'createBranch' | 'listBranches' | 'deleteBranch'> {
  return {
    createBranch: (projectId, request, operation) =>
      using(operation, (context) => createBranch(context, projectId, request)),
    listBranches: (projectId, operation) =>
      using(operation, (context) => databaseBranches(context, projectId)),
    deleteBranch: (projectId, name, operation) =>
      using(operation, async (context) => {
        await deleteBranch(context, projectId, name);
      }),
  };
}

type Use = <Result>(
  operation: OperationOptions | undefined,
  work: (context: DatabasesContext) => Promise<Result>,
) => Promise<Result>;

function useEngine(options: OrchestratorOptions): Use {
  const { directory = process.cwd(), environment = process.env, onMessage } = options;
  const say = (text: string): void => onMessage?.(text);
  return async ({ signal = new AbortController().signal } = {}, work) => {
    const stateDirectory = databasesFolder(environment);
    const { type, engine: word = type, host, cluster } = options;
    const choice = await chooseEngine(directory, environment, defined({ engine: word, host, cluster }));
    const engine = await selectEngine({
      environment,
      signal,
      stateDirectory,
      cwd: process.cwd(),
      projects: [databasesProject],
      onChoice: say,
      ...choice,
    });
    try {
      return await work({
        engine,
        signal,
        command: 'createDatabaseOrchestrator',
        emit: (event) => (event.type === 'warning' || event.type === 'note' ? say(event.text) : undefined),
        stateDirectory: notesFolder(stateDirectory, engine),
        environment,
      });
    } finally {
      engine.close();
    }
  };
}
