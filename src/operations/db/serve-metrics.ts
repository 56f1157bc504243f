import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { DatabaseMetrics } from '../../model/database-metrics.ts';
import { messageOf, OrqError } from '../../model/errors.ts';
import { allDatabaseMetrics } from './database-metrics.ts';
import type { DatabasesContext } from './db-context.ts';

export interface ServeRequest {
  readonly host: string;
  readonly port: number;
  /** The page for what was measured, with its type. */
  readonly render: (
    metrics: readonly DatabaseMetrics[],
  ) => Promise<{ readonly type: string; readonly text: string }>;
  /** Told the address once the page is there. */
  readonly onListening: (url: string) => void;
}

/** Serves the metrics of all databases at `/metrics`, measured at each request, until aborted. Throws PORT_HELD. */
export async function serveMetrics(context: DatabasesContext, request: ServeRequest): Promise<void> {
  const { signal } = context;
  const server = createServer(({ url, method }, response) => {
    if (method !== 'GET' || url !== '/metrics') return void response.writeHead(404).end('See /metrics\n');
    void answer(context, request, response);
  });
  server.listen(request.port, request.host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw portHeld(request, cause);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : request.port;
  request.onListening(`http://${request.host}:${port}/metrics`);
  if (!signal.aborted) await once(signal, 'abort');
  server.closeAllConnections();
  server.close();
}

async function answer(
  context: DatabasesContext,
  { render }: ServeRequest,
  response: ServerResponse,
): Promise<void> {
  try {
    const { type, text } = await render(await allDatabaseMetrics(context));
    response.writeHead(200, { 'content-type': type }).end(text);
  } catch (error) {
    response.writeHead(503).end(`${messageOf(error)}\n`);
  }
}

function portHeld({ host, port }: ServeRequest, cause: unknown): OrqError {
  return new OrqError({
    code: 'PORT_HELD',
    message: `The metrics cannot be served at ${host}:${port}.`,
    detail: messageOf(cause),
    hint: 'Give another address: --serve 127.0.0.1:9188',
    cause,
  });
}
