import { join } from 'node:path';
import { type DatabaseInfo, databasesProject } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import type { Service } from '../../model/service.ts';
import type { DatabasesContext } from './db-context.ts';
import { getDatabase } from './find-databases.ts';
import { containerNameOf, sharedId } from './names.ts';
import { serverAddress } from './server-address.ts';

/**
 * A project's databases as the operations on Compose projects see them. Its folder is the project's own below the state
 * folder, so that backups lie in `projects/<id>/database/backups`, whether the database is there or not.
 */
export function asProject(
  { stateDirectory }: Pick<DatabasesContext, 'stateDirectory'>,
  id: string,
  services: readonly Service[] = [],
): Project {
  return {
    name: databasesProject,
    mode: 'debug',
    directory: join(stateDirectory, 'projects', id),
    files: [],
    services: Object.fromEntries(services.map((service) => [service.name, service])),
    disabledServices: [],
    networks: {},
    volumes: {},
    warnings: [],
  };
}

/** A database as a service; `database` is another one of the same server. */
export function asService(info: DatabaseInfo, database: string = info.database): Service {
  const { projectId: name, user, password } = info;
  return {
    name,
    image: `postgres:${info.postgresVersion}`,
    pullPolicy: 'never',
    entrypoint: null,
    command: null,
    environment: {},
    ports: [],
    expose: [],
    mounts: [],
    networks: {},
    dependsOn: {},
    restart: { name: 'unless-stopped' },
    replicas: 1,
    labels: {},
    resources: {},
    stopGracePeriodMs: 30_000,
    host: {},
    orq: { probe: { kind: 'postgres', port: 5432, user, password, database } },
  };
}

/** After a failover another container serves than the one that the database began with. */
function serviceNameOf({ containerName }: DatabaseInfo): string {
  return containerName.replace(containerNameOf(''), '');
}

/** A database, and the server that it is on, whose superuser does what its own role may not. */
export interface ReachedDatabase {
  readonly database: DatabaseInfo;
  /** With the address at which this machine reaches it. */
  readonly server: DatabaseInfo;
  /** The server as a service, with the database. */
  readonly service: Service;
  readonly project: Project;
}

/** The database of a project for work on it. Throws DATABASE_UNKNOWN, SERVICE_NOT_RUNNING. */
export async function reachDatabase(context: DatabasesContext, id: string): Promise<ReachedDatabase> {
  const database = await runningDatabase(context, id);
  const at = database.placement === 'own' ? database : await runningDatabase(context, sharedId);
  const server = await serverAddress(context, at);
  const service = { ...asService(server, database.database), name: serviceNameOf(server) };
  return { database, server, service, project: asProject(context, id, [service]) };
}

/** The database of a project that runs. Throws DATABASE_UNKNOWN, SERVICE_NOT_RUNNING. */
export async function runningDatabase(context: DatabasesContext, id: string): Promise<DatabaseInfo> {
  const database = await getDatabase(context, id);
  if (database.status === 'running') return database;
  throw new OrqError({
    code: 'SERVICE_NOT_RUNNING',
    message: `The database of ${id} is stopped.`,
    hint: `orq db create ${id}`,
  });
}
