import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { endpoints, numberSetting, say } from '../settings.ts';
import { refusal } from '../wire.ts';
import { usualBooks, usualMix } from './usual-load.ts';
import { chartPage } from './chart-page.ts';
import { runLoad } from './run-load.ts';

const startSchema = z.object({ clients: z.int().min(1).max(500), seconds: z.number().min(1).max(3600) });

/** The load page (`locust_web`): starts and stops a load, and draws it while it runs. */
export async function runLoadPage(signal: AbortSignal): Promise<void> {
  const watchers = new Set<ServerResponse>();
  let running: AbortController | undefined;
  const tell = (event: string, data: unknown): void =>
    watchers.forEach((watcher) => watcher.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));

  const start = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const wish = startSchema.safeParse(JSON.parse((await text(request)) || 'null'));
    if (!wish.success)
      return send(response, 400, refusal('DatosInvalidos', 'clients: 1 to 500, seconds: 1 to 3600'));
    if (running !== undefined) return send(response, 409, refusal('Saturado', 'A load is running already.'));
    running = new AbortController();
    const { clients, seconds } = wish.data;
    tell('started', `${clients} clients for ${seconds} s`);
    send(response, 202, { ok: true, mensaje: 'started' });
    const options = {
      address: endpoints.frontDoor(),
      clients,
      durationMs: seconds * 1000,
      signal: running.signal,
    };
    const onSecond = (moment: unknown): void => tell('moment', moment);
    const { moments: _moments, ...summary } = await runLoad({
      ...options,
      mix: usualMix,
      isbns: usualBooks,
      onSecond,
    });
    running = undefined;
    tell('done', summary);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const route = `${request.method} ${request.url}`;
    if (route === 'GET /') {
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end(chartPage('Library under load'));
    } else if (route === 'GET /events') {
      response
        .writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        .flushHeaders();
      watchers.add(response);
      response.on('close', () => watchers.delete(response));
    } else if (route === 'POST /start') await start(request, response);
    else if (route === 'POST /stop') {
      running?.abort();
      send(response, 200, { ok: true, mensaje: 'stopped' });
    } else send(response, 404, refusal('OperacionDesconocida', 'There is no such page.'));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (response.headersSent) response.end();
      else send(response, 400, refusal('JSONInvalido', 'The request is not JSON.'));
    });
  });
  const port = numberSetting('ESCUCHA_HTTP', 8089);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, () => resolve()));
  say(`Página de carga en http://localhost:${port}`);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  running?.abort();
  server.closeAllConnections();
  server.close();
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
