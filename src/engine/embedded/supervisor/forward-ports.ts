import { connect, createServer, type Server } from 'node:net';
import type { Launch } from '../store/record.ts';

/**
 * Carries connections from published ports to those that a service listens on, for services that do not ask for their
 * published port themselves: what a container engine does with its network.
 */
export function forwardPorts({ forwards }: Pick<Launch, 'forwards'>): { readonly close: () => void } {
  const servers = forwards.map(forwardPort);
  return { close: () => servers.forEach((server) => server.close()) };
}

function forwardPort({ host, port, target }: Launch['forwards'][number]): Server {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const service = connect({ host: '127.0.0.1', port: target, allowHalfOpen: true });
    client.on('error', () => service.destroy());
    service.on('error', () => client.destroy());
    client.pipe(service).pipe(client);
  });
  // A port that was taken meanwhile shows in the probes; the service itself is not to blame.
  server.on('error', () => undefined);
  server.listen({ port, host, exclusive: true });
  // Only the service keeps its supervisor alive.
  return server.unref();
}
