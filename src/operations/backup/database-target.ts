import { join } from 'node:path';
import { databaseAddress } from '../../health/database-address.ts';
import { probeOf } from '../../health/default-probe.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import type { Project } from '../../model/project.ts';
import type { ClientTool } from '../../postgres/dump/client-tool.ts';
import { forPrograms, unlimited } from '../../postgres/dump/session-limits.ts';
import type { PostgresAddress } from '../../postgres/session.ts';
import { type OperationContext, stateDirectory } from '../context.ts';
import { runningContainer, serviceNamed } from '../find-container.ts';

/** A PostgreSQL of a project that runs, and the ways to it. */
export interface DatabaseTarget {
  readonly project: Project;
  readonly service: string;
  readonly container: ObservedContainer;
  readonly address: PostgresAddress;
  /** Runs programs inside its container, logged in under a name. */
  readonly tool: (name: string) => ClientTool;
}

/** Where the backups of a project lie. */
export function backupFolder(project: Project): string {
  return join(stateDirectory(project), '..', 'database', 'backups');
}

/** Names of the PostgreSQL services that hold data of their own: replicas hold another's. */
export function databaseServices(project: Project): readonly string[] {
  return Object.values(project.services)
    .filter((service) => probeOf(service).kind === 'postgres' && service.orq.replicaOf === undefined)
    .map(({ name }) => name);
}

/** The one PostgreSQL that is meant. Throws USAGE when that is not clear. */
export function onlyDatabase(project: Project, wanted: string | undefined): string {
  if (wanted !== undefined) return serviceNamed(project, wanted).name;
  const [name, ...others] = databaseServices(project);
  if (name !== undefined && others.length === 0) return name;
  throw new OrqError({
    code: 'USAGE',
    message: `${project.name} has ${name === undefined ? 'no PostgreSQL service' : 'several PostgreSQL services'}.`,
    hint: name === undefined ? 'orq status' : `Say which with --service, e.g. --service ${name}`,
  });
}

/** Finds the way to a PostgreSQL service. Throws SERVICE_NOT_RUNNING, USAGE. */
export async function databaseTarget(
  context: OperationContext,
  project: Project,
  name: string,
): Promise<DatabaseTarget> {
  const service = serviceNamed(project, name);
  const probe = probeOf(service);
  const container = await runningContainer(context, project, name);
  const address = await databaseAddress(context.engine, service, container, context.signal);
  if (probe.kind !== 'postgres' || address === undefined) {
    throw new OrqError({
      code: 'USAGE',
      message: `Service ${name} of ${project.name} is no PostgreSQL that orq can reach.`,
      hint: 'Publish its port, or say in the Compose file: x-orq: { probe: { kind: postgres, … } }',
    });
  }
  const secret: Readonly<Record<string, string>> =
    probe.password === undefined ? {} : { PGPASSWORD: probe.password };
  // As arguments: the embedded engine knows by them that the service is meant, and puts in where it listens.
  const login = ['--host=127.0.0.1', `--port=${probe.port}`, `--username=${probe.user}`];
  const tool =
    (appName: string): ClientTool =>
    (command, { settings = '', ...streams }) =>
      context.engine.exec(container.id, {
        command: [...command, ...login],
        environment: {
          ...secret,
          PGAPPNAME: appName,
          PGOPTIONS: `${unlimited} ${forPrograms} ${settings}`,
        },
        ...defined(streams),
      });
  return { project, service: name, container, address, tool };
}
