import type { Engine } from '../../engine/engine.ts';
import { type DatabaseInfo, databaseLabels } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { ContainerDetails, ObservedContainer } from '../../model/observed.ts';
import type { DatabasesContext } from './db-context.ts';
import { containerNameOf, databaseNameOf } from './names.ts';
import { memberNameOf } from './replica/names.ts';
import { primaryOf, withReplica } from './replica/serving.ts';

/** Containers of databases that serve, of one project or all; those of an upgrade under way have other names. */
export async function databaseContainers(
  { engine, signal }: DatabasesContext,
  id?: string,
): Promise<readonly ObservedContainer[]> {
  return (await managedContainers({ engine, signal }, id)).filter(isMain);
}

function managedContainers(
  { engine, signal }: Pick<DatabasesContext, 'engine' | 'signal'>,
  id?: string,
): Promise<readonly ObservedContainer[]> {
  const labels = {
    [databaseLabels.managed]: 'true',
    ...(id === undefined ? {} : { [databaseLabels.projectId]: id }),
  };
  return engine.listContainers({ labels }, signal);
}

function isMain(container: ObservedContainer): boolean {
  return container.name === containerNameOf(projectOf(container));
}

function projectOf({ labels }: Pick<ObservedContainer, 'labels'>): string {
  return labels[databaseLabels.projectId] ?? '';
}

/** Databases with a server of their own. */
export async function listOwn(context: DatabasesContext): Promise<readonly DatabaseInfo[]> {
  const containers = await managedContainers(context);
  const found = await Promise.all(
    containers.filter(isMain).map((main) =>
      describe(context, main, containers).catch((error: unknown) => {
        // Somebody deleted it meanwhile.
        if (error instanceof OrqError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }),
    ),
  );
  return found.filter((info) => info !== undefined);
}

/** The database of a project with a server of its own. */
export async function findOwn(context: DatabasesContext, id: string): Promise<DatabaseInfo | undefined> {
  const containers = await managedContainers(context, id);
  const main = containers.find(isMain);
  return main === undefined ? undefined : describe(context, main, containers);
}

/** The server that takes writes, and the one that follows it. */
async function describe(
  { engine, signal }: DatabasesContext,
  main: ObservedContainer,
  containers: readonly ObservedContainer[],
): Promise<DatabaseInfo> {
  const added = containers.find(
    ({ name }) => name === containerNameOf(memberNameOf(projectOf(main), 'added')),
  );
  const first = databaseInfo(engine, await engine.inspectContainer(main.id, signal));
  if (added === undefined) return first;
  const second = databaseInfo(engine, await engine.inspectContainer(added.id, signal));
  const isFirst = (await primaryOf(engine, [first, second])) !== memberNameOf(first.projectId, 'added');
  const [serving, other] = isFirst ? [first, second] : [second, first];
  // In a cluster the names lead to roles: that of the database to whichever server takes writes.
  if (engine.cluster === undefined || isFirst) return withReplica(serving, other);
  return withReplica(at(first.host, serving), at(second.host, other));
}

function at(host: string, info: DatabaseInfo): DatabaseInfo {
  return { ...info, host, connectionString: connectionString({ ...info, host }) };
}

function databaseInfo(
  engine: Engine,
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
