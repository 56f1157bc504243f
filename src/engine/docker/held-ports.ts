import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { Client } from './client.ts';
import { observedContainer } from './observed-container.ts';

/** A port of the engine's machine. */
export interface HostPort {
  readonly ip: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

/** Name of a running container, other than the given one, that publishes the port. */
export async function findPublisher(
  client: Client,
  wished: HostPort,
  exceptId: string,
): Promise<string | undefined> {
  const running = await client.docker.listContainers({});
  const others = running
    .map(observedContainer)
    .filter(({ id, name }) => id !== exceptId && name !== exceptId);
  return others.find(({ ports }) =>
    ports.some(
      (port) =>
        port.published === wished.port &&
        port.protocol === wished.protocol &&
        overlap(port.hostIp ?? '0.0.0.0', wished.ip),
    ),
  )?.name;
}

function overlap(one: string, other: string): boolean {
  const everywhere = ['0.0.0.0', '::'];
  return one === other || everywhere.includes(one) || everywhere.includes(other);
}

/** True when this machine refuses to bind the port because somebody has it. */
export function isBound(port: HostPort): Promise<boolean> {
  return port.protocol === 'udp' ? isUdpBound(port) : isTcpBound(port);
}

function isTcpBound({ ip, port }: HostPort): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    server.listen({ host: ip, port, exclusive: true }, () => server.close(() => resolve(false)));
  });
}

function isUdpBound({ ip, port }: HostPort): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code === 'EADDRINUSE');
    });
    socket.bind({ address: ip, port, exclusive: true }, () => socket.close(() => resolve(false)));
  });
}
