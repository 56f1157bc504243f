import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

export interface HostPort {
  readonly port: number;
  readonly hostIp?: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/** False when something on this machine holds the port. What cannot be tried (a privileged port) counts as free. */
export function isPortFree({ port, hostIp, protocol }: HostPort): Promise<boolean> {
  if (protocol === 'sctp') return Promise.resolve(true);
  const host = hostIp === undefined || hostIp === '' ? '0.0.0.0' : hostIp;
  return protocol === 'udp' ? udpFree(port, host) : tcpFree(port, host);
}

function tcpFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(!isInUse(error)));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function udpFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error) => resolve(!isInUse(error)));
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

function isInUse(error: Error): boolean {
  return 'code' in error && error.code === 'EADDRINUSE';
}
