import { setTimeout as delay } from 'node:timers/promises';
import { buildPagesServer } from './pages-server.ts';

/** Milliseconds for what is being handed on; the proxy would wait for the ends of the API's streams, which have none. */
const graceMs = 1000;
const { HOST: host = '0.0.0.0', PORT: port = '3001', API_URL: api = 'http://127.0.0.1:3003' } = process.env;

const app = await buildPagesServer(api);
await app.listen({ host, port: Number(port) });
const stop = async (): Promise<void> => {
  await Promise.race([app.close(), delay(graceMs)]);
  process.exit(0);
};
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => void stop());
