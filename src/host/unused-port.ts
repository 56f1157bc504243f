import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of 127.0.0.1 that the system gives to nobody for the moment. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('A server that listens has no port');
}
