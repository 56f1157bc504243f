import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A socket that leads to an engine, and can be as if the engine were gone or hung. */
export interface EngineRelay {
  /** Nothing listens any more, and every connection is cut. */
  stop(): Promise<void>;
  /** Connections are taken and nothing is ever answered. */
  hang(): void;
  /** As it was at first. */
  recover(): Promise<void>;
}

/** Opens a relay at a path, in front of the engine's own socket. */
export async function openRelay(path: string, engine: string): Promise<EngineRelay> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let isHung = false;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const keep = (socket: Socket, other?: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other?.destroy();
    });
  };
  const take = (client: Socket): void => {
    if (isHung) return keep(client);
    const upstream = connect(engine);
    keep(client, upstream);
    keep(upstream, client);
    client.pipe(upstream).pipe(client);
  };
  const listen = async (): Promise<void> => {
    server = createServer(take).listen(path);
    await once(server, 'listening');
  };
  await listen();
  return {
    stop: async () => {
      server?.close();
      server = undefined;
      cut();
      await rm(path, { force: true });
    },
    hang: () => {
      isHung = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    recover: async () => {
      isHung = false;
      cut();
      if (server === undefined) await listen();
    },
  };
}
