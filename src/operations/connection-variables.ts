import { probeOf } from '../health/default-probe.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Project } from '../model/project.ts';
import type { ProbeSpec } from '../model/service-extension.ts';
import type { OperationContext } from './context.ts';
import { containersOfServices } from './find-container.ts';

/**
 * Environment variables with which a program on this machine reaches the running services, e.g. `POSTGRES_URL`,
 * `POSTGRES_HOST`, `POSTGRES_PORT`. Ports are those that the engine really published.
 */
export async function connectionVariables(
  context: OperationContext,
  project: Project,
): Promise<Readonly<Record<string, string>>> {
  const variables: Record<string, string> = {};
  for (const service of Object.values(project.services)) {
    const [container] = await containersOfServices(context, project, [service.name]);
    if (container?.state !== 'running') continue;
    const prefix = service.name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    Object.assign(variables, prefixed(prefix, connection(context, container, probeOf(service))));
  }
  return variables;
}

function prefixed(prefix: string, fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [`${prefix}_${key}`, value]));
}

function connection(
  { engine }: OperationContext,
  container: ObservedContainer,
  probe: ProbeSpec,
): Readonly<Record<string, string>> {
  const port =
    'port' in probe ? probe.port : container.ports.find(({ published }) => published !== undefined)?.target;
  const address = port === undefined ? undefined : engine.reach(container, port);
  if (address === undefined) return {};
  const { host } = address;
  const where = { HOST: host, PORT: String(address.port) };
  switch (probe.kind) {
    case 'postgres':
      return { ...where, ...postgresFields(probe, address) };
    case 'redis':
      return {
        ...where,
        URL: `redis://${credentials(probe.username ?? '', probe.password)}${host}:${address.port}`,
      };
    case 'http':
      return { ...where, URL: `http://${host}:${address.port}` };
    default:
      return where;
  }
}

function postgresFields(
  { user, password, database }: Extract<ProbeSpec, { kind: 'postgres' }>,
  { host, port }: { readonly host: string; readonly port: number },
): Record<string, string> {
  return {
    USER: user,
    ...(password === undefined ? {} : { PASSWORD: password }),
    DATABASE: database,
    URL: `postgresql://${credentials(user, password)}${host}:${port}/${encodeURIComponent(database)}`,
  };
}

function credentials(user: string, password: string | undefined): string {
  if (password === undefined) return user === '' ? '' : `${encodeURIComponent(user)}@`;
  return `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
}
