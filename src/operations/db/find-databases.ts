import { type DatabaseInfo, databaseLabels } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { ContainerDetails, ObservedContainer } from '../../model/observed.ts';
import type { DatabasesContext } from './db-context.ts';
import { checkProjectId, containerNameOf, databaseNameOf } from './names.ts';
import { settleInterrupted } from './settle-interrupted.ts';

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

/** Every database, by project id; what interrupted commands left half made is removed first. */
export async function listDatabases(context: DatabasesContext): Promise<readonly DatabaseInfo[]> {
  await settleInterrupted(context);
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
  return found
    .filter((details) => details !== undefined)
    .map(databaseInfo)
    .sort((a, b) => a.projectId.localeCompare(b.projectId, 'en'));
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
  const [container] = await databaseContainers(context, id);
  if (container === undefined) return undefined;
  return databaseInfo(await context.engine.inspectContainer(container.id, context.signal));
}

function databaseInfo({ id, name, state, labels, environment, createdAt }: ContainerDetails): DatabaseInfo {
  const projectId = labels[databaseLabels.projectId] ?? '';
  const password = environment['POSTGRES_PASSWORD'] ?? '';
  const user = environment['POSTGRES_USER'] ?? databaseNameOf(projectId);
  const database = environment['POSTGRES_DB'] ?? user;
  const port = Number(labels[databaseLabels.port]);
  const host = 'localhost';
  return {
    projectId,
    containerId: id,
    containerName: name,
    status: state === 'running' ? 'running' : 'stopped',
    postgresVersion: labels[databaseLabels.version] ?? '',
    host,
    port,
    database,
    user,
    password,
    connectionString: `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`,
    createdAt: labels[databaseLabels.createdAt] ?? createdAt.toISOString(),
  };
}
