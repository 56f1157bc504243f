import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';

const built = (name: string): string =>
  fileURLToPath(new URL(`../../../dist/${name}/main.js`, import.meta.url));
const secret = 'a secret of more than thirty-two characters';

/** A built service as a process of its own. */
export interface ServiceProcess {
  readonly address: string;
  readonly child: ChildProcess;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  /** Everything that it has printed. */
  readonly output: () => string;
}

/** Starts the API with an engine socket, no database behind it, and options for Node. */
export function startApi(engineSocket: string, options: readonly string[] = []): Promise<ServiceProcess> {
  return start([...options, built('orchestrator-api')], {
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
    ORCHESTRATOR_SECRET: secret,
    ORQ_ENGINE: 'docker',
    DOCKER_HOST: `unix://${engineSocket}`,
  });
}

/** Starts the server of the pages in front of an API. */
export function startPages(api: string): Promise<ServiceProcess> {
  return start([built('orchestrator-ui')], { API_URL: api });
}

async function start(argv: readonly string[], environment: Record<string, string>): Promise<ServiceProcess> {
  const port = await freePort();
  const usual = { PATH: process.env['PATH'], PORT: String(port), HOST: '127.0.0.1' };
  const child = spawn(process.execPath, argv, { env: { ...usual, ...environment } });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  return { address: `http://127.0.0.1:${port}`, child, ended, output: () => printed };
}

/** Sends the process SIGTERM the moment that it listens for it, long before it has started. */
export const stopsWhileStarting = [
  '--import',
  `data:text/javascript,process.on('newListener', (name) => {
     if (name === 'SIGTERM') setImmediate(() => process.kill(process.pid, 'SIGTERM'));
   })`,
];

/** An access token of an administrator, signed as the API does. */
export function adminToken(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: 1, name: 'admin', role: 'admin', sid: 'test', since: now, iat: now, exp: now + 300 };
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** An engine that takes every connection and never says a word. */
export async function hangingEngine(socket: string): Promise<Server> {
  const server = createServer((connection) => connection.on('error', () => undefined));
  server.listen(socket);
  await once(server, 'listening');
  return server;
}
