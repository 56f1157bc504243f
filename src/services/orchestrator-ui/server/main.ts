import { setTimeout as delay } from 'node:timers/promises';
import { buildPagesServer } from './pages-server.ts';

const graceMs = 5000;
const { HOST: host = '0.0.0.0', PORT: port = '3001', API_URL: api = 'http://127.0.0.1:3003' } = process.env;

const app = await buildPagesServer(api);
await app.listen({ host, port: Number(port) });
const stop = (): void => void Promise.race([app.close(), delay(graceMs, undefined, { ref: false })]);
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, stop);
