import { OrqError } from '../../../model/errors.ts';
import { composeLabels } from '../../../model/labels.ts';
import type { ObservedPort } from '../../../model/observed.ts';
import type { Connection } from '../connection.ts';
import { observeAll } from '../observe-container.ts';
import { reachPort } from '../reach.ts';
import type { ContainerRecord } from '../store/record.ts';

const placeholder = /\{\{\s*(host|port|listen)(?::([\w.-]+))?(?::(\d+))?\s*\}\}/g;

/**
 * Fills in where services are: `{{host:postgres}}`, `{{port:postgres}}` or `{{port:postgres:5432}}` for another
 * service of the project, `{{listen:8080}}` for the port of this machine that stands for our own port 8080.
 */
export async function fillAddresses(
  connection: Connection,
  { spec }: ContainerRecord,
  ports: readonly ObservedPort[],
): Promise<(text: string) => string> {
  const project = spec.labels[composeLabels.project];
  // Where a service that has ended was published is where it will be again.
  const containers = (await observeAll(connection)).filter(
    ({ labels }) => labels[composeLabels.project] === project,
  );
  const address = (service: string, port: string | undefined): { host: string; port: number } => {
    const container = containers.find(({ labels }) => labels[composeLabels.service] === service);
    const target = port === undefined ? container?.ports[0]?.target : Number(port);
    const reached =
      container && target !== undefined ? reachPort({ ...container, state: 'running' }, target) : undefined;
    if (reached === undefined) throw unknownAddress(spec.name, service, port);
    return reached;
  };
  return (text) =>
    text.replace(placeholder, (_, what: string, name = '', port?: string) => {
      if (what === 'listen') return String(listenPort(ports, name, spec.name));
      const found = address(name, port);
      return what === 'host' ? found.host : String(found.port);
    });
}

function listenPort(ports: readonly ObservedPort[], target: string, name: string): number {
  const port = ports.find((entry) => entry.target === Number(target))?.published;
  if (port !== undefined) return port;
  throw new OrqError({
    code: 'ENGINE_FAILED',
    message: `{{listen:${target}}} in the x-orq of ${name} names no port of it.`,
    hint: `List it in the Compose file, e.g. ports: ["${target}"].`,
  });
}

function unknownAddress(name: string, service: string, port: string | undefined): OrqError {
  const what = port === undefined ? service : `port ${port} of ${service}`;
  return new OrqError({
    code: 'ENGINE_FAILED',
    message: `The x-orq of ${name} needs the address of ${what}, which nothing running has.`,
    hint: `Let it depend on ${service} in the Compose file, and publish the port there.`,
  });
}

/** True when a service asks for the port of this machine that stands for its own port, and so listens there. */
export function listensItself(texts: readonly string[], target: number): boolean {
  return texts.some((text) =>
    [...text.matchAll(placeholder)].some(([, what, name]) => what === 'listen' && name === String(target)),
  );
}
