import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { withSession } from '../../src/postgres/session.ts';

/** A server that takes connections and says nothing. */
async function silentServer(): Promise<{ readonly port: number; readonly connected: Promise<unknown> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    connected: once(server, 'connection'),
  };
}

test('an abort ends the wait for a server that does not let us in', async () => {
  const { port, connected } = await silentServer();
  const controller = new AbortController();
  const address = { host: '127.0.0.1', port, user: 'app', database: 'app' };
  const session = withSession(address, () => Promise.resolve(), {
    signal: controller.signal,
    connectTimeoutMs: 60_000,
  });
  await connected;
  controller.abort(new Error('enough'));
  await expect(session).rejects.toThrow('enough');
});
