import { type DatabaseInfo, databaseLabels } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { ContainerDetails, ObservedContainer } from '../../model/observed.ts';
import type { DatabasesContext } from './db-context.ts';
import { containerNameOf, databaseNameOf } from './names.ts';

/** Containers of databases that serve, of one project or all; those of an upgrade under way have other names. */
export async function databaseContainers(
  { engine, signal }: DatabasesContext,
  id?: string,
): Promise<readonly ObservedContainer[]> {
  const labels = {
    [databaseLabels.managed]: 'true',
    ...(id === undefined ? {} : { [databaseLabels.projectId]: id }),
  };
  const all = await engine.listContainers({ labels }, signal);
  return all.filter((container) => container.name === containerNameOf(projectOf(container)));
}

function projectOf({ labels }: Pick<ObservedContainer, 'labels'>): string {
  return labels[databaseLabels.projectId] ?? '';
}

/** Databases with a server of their own. */
export async function listOwn(context: DatabasesContext): Promise<readonly DatabaseInfo[]> {
  const containers = await databaseContainers(context);
  const found = await Promise.all(
    containers.map(({ id }) =>
      context.engine.inspectContainer(id, context.signal).catch((error: unknown) => {
        // Somebody deleted it meanwhile.
        if (error instanceof OrqError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }),
    ),
  );
  return found.filter((details) => details !== undefined).map((details) => databaseInfo(context, details));
}

/** The database of a project with a server of its own. */
export async function findOwn(context: DatabasesContext, id: string): Promise<DatabaseInfo | undefined> {
  const [container] = await databaseContainers(context, id);
  if (container === undefined) return undefined;
  return databaseInfo(context, await context.engine.inspectContainer(container.id, context.signal));
}

function databaseInfo(
  { engine }: DatabasesContext,
  { id, name, state, labels, environment, createdAt }: ContainerDetails,
): DatabaseInfo {
  const projectId = labels[databaseLabels.projectId] ?? '';
  const password = environment['POSTGRES_PASSWORD'] ?? '';
  const user = environment['POSTGRES_USER'] ?? databaseNameOf(projectId);
  const database = environment['POSTGRES_DB'] ?? user;
  const port = Number(labels[databaseLabels.port]);
  const host = engine.cluster?.hostOf(name) ?? 'localhost';
  return {
    projectId,
    placement: 'own',
    containerId: id,
    containerName: name,
    status: state === 'running' ? 'running' : 'stopped',
    postgresVersion: labels[databaseLabels.version] ?? '',
    host,
    port,
    database,
    user,
    password,
    connectionString: connectionString({ user, password, host, port, database }),
    createdAt: labels[databaseLabels.createdAt] ?? createdAt.toISOString(),
  };
}

/** The URL that leads to a database. */
export function connectionString({
  user,
  password,
  host,
  port,
  database,
}: Pick<DatabaseInfo, 'user' | 'password' | 'host' | 'port' | 'database'>): string {
  return `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
}
