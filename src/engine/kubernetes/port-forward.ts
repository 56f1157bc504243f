import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { OrqError } from '../../model/errors.ts';
import type { Forward } from '../database-cluster.ts';
import { type Channel, openChannel } from './channel.ts';
import type { Client } from './client.ts';
import { runningPod } from './pods.ts';

const host = '127.0.0.1';
const target = 5432;
const streams = { data: 0, error: 1 } as const;

/** Forwards of one command, each opened once. */
export interface Forwards {
  open(name: string, port?: number, signal?: AbortSignal): Promise<Forward>;
  find(name: string): Forward | undefined;
  close(): void;
}

/** Ports of this machine that lead to servers in the cluster, until they are closed. */
export function openForwards(client: Client): Forwards {
  const known = new Map<string, Forward>();
  const servers = new Set<Server>();
  const sockets = new Set<Socket>();
  return {
    find: (name) => known.get(name),
    open: async (name, port = 0, signal = undefined) => {
      const found = known.get(name);
      if (found !== undefined && port === 0) return found;
      // Here and now, so that a missing permission is told, not a connection that ends.
      (await connect(client, name, { onData: () => undefined, signal })).close();
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        void carry(client, name, socket);
      });
      servers.add(server);
      const forward = { host, port: await listen(server, port) };
      known.set(name, forward);
      return forward;
    },
    close: () => {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw new OrqError({
      code: 'PORT_HELD',
      message: `Port ${port} of this machine is in use.`,
      hint: 'Leave --port out, or give another.',
      cause,
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** One connection: it goes to the Pod that serves at that moment. */
async function carry(client: Client, name: string, socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  socket.pause();
  try {
    const channel = await connect(client, name, { onData: (data, from) => from.deliver(socket, data) });
    socket.once('close', () => channel.close());
    void channel.ended.then(() => socket.end());
    for await (const chunk of socket) await channel.send(streams.data, chunk);
    channel.close();
  } catch {
    socket.destroy();
  }
}

interface Receiving {
  readonly onData: (data: Buffer, channel: Channel) => void;
  readonly signal?: AbortSignal | undefined;
}

async function connect(client: Client, name: string, { onData, signal }: Receiving): Promise<Channel> {
  const pod = await runningPod(client, name, signal);
  // The first message of each stream is the number of the port.
  const begun = new Set<number>();
  return openChannel(client, {
    path: `/api/v1/namespaces/${client.namespace}/pods/${pod}/portforward?ports=${target}`,
    protocols: ['v4.channel.k8s.io'],
    asked: { verb: 'get', also: 'create', resource: 'pods/portforward', name: pod, signal },
    onMessage: (stream, data, channel) => {
      const content = begun.has(stream) ? data : data.subarray(2);
      begun.add(stream);
      if (content.length === 0) return;
      if (stream === streams.error) channel.close();
      else onData(content, channel);
    },
  });
}
