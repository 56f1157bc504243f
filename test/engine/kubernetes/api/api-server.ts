import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { answer, missingPod, type Serving } from './answer.ts';
import { requireAccess, unauthorized, type User } from './authorization.ts';
import type { Certificate } from './certificate.ts';
import { parsePath } from './request-path.ts';
import { StatusError } from './status-error.ts';
import { openStreams, type PodStreams } from './streams.ts';

export interface ApiServerOptions extends Serving {
  readonly certificate: Certificate;
  /** Bearer token → user. */
  readonly users: ReadonlyMap<string, User>;
  readonly streams: PodStreams;
}

/** An API server on a port of its own. */
export interface ApiServer {
  readonly url: string;
  /** What was asked of it, e.g. `PATCH /api/v1/…`, for tests about what is not asked. */
  readonly requests: readonly string[];
  /** Ends all connections and refuses new ones, until the result is called. */
  goAway(): Promise<() => Promise<void>>;
  close(): void;
}

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const requests: string[] = [];
  const server = createServer({ ...options.certificate }, (request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    serve(options, request, response).catch((error: unknown) => refuse(response, error));
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    try {
      upgrade(options, request, { socket, head });
    } catch (error) {
      refuseUpgrade(socket, error);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    url: `https://127.0.0.1:${port}`,
    requests,
    goAway: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      return async () => {
        server.listen(port, '127.0.0.1');
        await once(server, 'listening');
      };
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function serve(
  options: ApiServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await answer(options, userOf(options, request), [request, response]);
}

function userOf({ users }: ApiServerOptions, { headers }: IncomingMessage): User {
  const user = users.get(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
  if (user === undefined) throw unauthorized();
  return user;
}

function upgrade(
  options: ApiServerOptions,
  request: IncomingMessage,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
): void {
  const url = new URL(request.url ?? '/', 'https://server');
  const path = parsePath(url.pathname, options.resources);
  const user = userOf(options, request);
  if (path?.name === undefined) throw missingPod(url.pathname);
  const { namespace, name, part = '' } = path;
  for (const verb of ['get', 'create'])
    requireAccess(user, { verb, resource: `pods/${part}`, group: '', namespace });
  openStreams(options.streams, {
    request,
    socket,
    head,
    pod: { namespace, name },
    part,
    query: url.searchParams,
  });
}

function refuse(response: ServerResponse, error: unknown): void {
  const status = asStatus(error);
  if (response.headersSent) return void response.destroy();
  response.writeHead(status.code, { 'content-type': 'application/json' }).end(JSON.stringify(status.body()));
}

function refuseUpgrade(socket: Duplex, error: unknown): void {
  const status = asStatus(error);
  const body = JSON.stringify(status.body());
  const head = `HTTP/1.1 ${status.code} ${status.reason}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nconnection: close\r\n\r\n${body}`);
}

function asStatus(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new StatusError(500, 'InternalError', { message });
}
