import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Client } from './client.ts';
import { runExec } from './exec.ts';
import type { Address } from './reach.ts';

const host = '127.0.0.1';

/**
 * Carries its streams to and from a port of its container, and ends with either side. It waits for what it has ended: a
 * PostgreSQL that is the container's first process inherits what is left, and takes one that a signal ended for a crash of
 * its own, upon which it ends all sessions.
 */
const carrier =
  'exec 3<>"/dev/tcp/127.0.0.1/$0" 4<&0; cat <&4 >&3 & cat <&3 & wait -n; kill $(jobs -p) 2>/dev/null; wait';

/** Ports of this machine that lead through the engine into containers, each opened once. */
export interface Forwards {
  /** Undefined where nothing in the container can carry: it does not run, or has no bash. */
  open(id: string, port: number, signal?: AbortSignal): Promise<Address | undefined>;
  close(): void;
}

/** Nothing is opened yet. */
export function openForwards(client: Client): Forwards {
  const known = new Map<string, Promise<Address>>();
  const servers = new Set<Server>();
  const sockets = new Set<Socket>();
  const listen = async (id: string, port: number): Promise<Address> => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      void carry(client, { id, port, socket });
    });
    servers.add(server);
    server.listen(0, host);
    await once(server, 'listening');
    const address = server.address();
    return { host, port: typeof address === 'object' && address !== null ? address.port : 0 };
  };
  return {
    open: async (id, port, signal) => {
      const key = `${id} ${port}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      if (!(await hasBash(client, id, signal))) return undefined;
      const address = known.get(key) ?? listen(id, port);
      known.set(key, address);
      address.catch(() => known.delete(key));
      return address;
    },
    close: () => {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function hasBash(client: Client, id: string, signal: AbortSignal | undefined): Promise<boolean> {
  const options = { command: ['bash', '-c', ':'], ...(signal === undefined ? {} : { signal }) };
  try {
    return (await runExec(client, id, options)) === 0;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

async function carry(
  client: Client,
  { id, port, socket }: { readonly id: string; readonly port: number; readonly socket: Socket },
): Promise<void> {
  const gone = new AbortController();
  socket.on('error', () => undefined);
  socket.once('close', () => gone.abort());
  try {
    await runExec(client, id, {
      command: ['bash', '-c', carrier, String(port)],
      stdin: socket,
      stdout: socket,
      signal: gone.signal,
    });
    socket.end();
  } catch {
    socket.destroy();
  }
}
