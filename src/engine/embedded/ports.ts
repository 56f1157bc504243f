import { createServer } from 'node:net';
import { isPortFree } from '../../host/port-check.ts';
import { portHolder } from '../../host/port-holder.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import type { ObservedContainer, ObservedPort } from '../../model/observed.ts';
import type { PortMapping } from '../../model/service.ts';
import type { ContainerSpec } from '../engine.ts';
import type { Connection } from './connection.ts';
import { observeAll } from './observe-container.ts';
import { serverPort } from './servers/server-port.ts';
import type { ContainerRecord } from './store/record.ts';

const loopback = '127.0.0.1';

/**
 * Ports of this machine for a start: the published ones, those of the start before where the file leaves the choice,
 * and for a server that publishes none a port on the loopback address. Throws PORT_HELD.
 */
export async function allocatePorts(
  connection: Connection,
  record: ContainerRecord,
  before: readonly ObservedPort[],
): Promise<readonly ObservedPort[]> {
  const wanted = [...record.spec.ports, ...hiddenPorts(record.spec)];
  const taken: ObservedPort[] = [];
  for (const port of wanted) taken.push(await allocate(connection, record, { port, before }));
  return taken;
}

function hiddenPorts(spec: ContainerSpec): readonly PortMapping[] {
  const target = serverPort(spec);
  if (target === undefined) return [];
  const isListed = spec.ports.some((port) => port.target === target && port.protocol === 'tcp');
  return isListed ? [] : [{ target, hostIp: loopback, protocol: 'tcp' }];
}

async function allocate(
  connection: Connection,
  { id, spec }: ContainerRecord,
  { port, before }: { readonly port: PortMapping; readonly before: readonly ObservedPort[] },
): Promise<ObservedPort> {
  const { target, hostIp, protocol } = port;
  const same = before.find((old) => old.target === target && old.protocol === protocol)?.published;
  const place = { protocol, ...defined({ hostIp }) };
  if (port.published === undefined) {
    const free = same !== undefined && (await isPortFree({ port: same, ...place }));
    return { target, ...place, published: free ? same : await freePort(hostIp) };
  }
  if (
    (await holderOf(connection, { id, port: port.published, protocol })) !== undefined ||
    !(await isPortFree({ port: port.published, ...place }))
  )
    throw await held(connection, { id, name: spec.name, port: port.published, protocol });
  return { target, ...place, published: port.published };
}

function freePort(host = loopback): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

interface Conflict {
  readonly id: string;
  readonly name: string;
  readonly port: number;
  readonly protocol: PortMapping['protocol'];
}

async function held(connection: Connection, { id, name, port, protocol }: Conflict): Promise<OrqError> {
  const other = await holderOf(connection, { id, port, protocol });
  const holder = other === undefined ? await portHolder(port, protocol) : undefined;
  const by =
    other !== undefined
      ? `container ${other.name}`
      : holder === undefined
        ? 'a process of another user'
        : `process ${holder.name} (pid ${holder.pid}), which orq did not start for this project`;
  return new OrqError({
    code: 'PORT_HELD',
    message: `Port ${port} of ${name} is held by ${by}.`,
    ...(holder === undefined ? {} : { hint: `kill ${holder.pid}` }),
  });
}

/** The running container of ours that has a port. */
async function holderOf(
  connection: Connection,
  { id, port, protocol }: Omit<Conflict, 'name'>,
): Promise<ObservedContainer | undefined> {
  const others = await observeAll(connection);
  return others.find((container) => container.id !== id && publishes(container, port, protocol));
}

function publishes({ ports, state }: ObservedContainer, port: number, protocol: string): boolean {
  return state === 'running' && ports.some((own) => own.published === port && own.protocol === protocol);
}
