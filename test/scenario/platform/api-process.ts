import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from '../sandbox.ts';

const program = fileURLToPath(new URL('../../../dist/orchestrator-api/main.js', import.meta.url));
const secret = 'a secret of more than thirty-two characters';

/** The built API as a process of its own, with no database behind it. */
export interface ApiProcess {
  readonly address: string;
  readonly child: ChildProcess;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  /** Everything that it has printed. */
  readonly output: () => string;
}

/** Starts the API with an engine socket, and options for Node. */
export async function startApi(engineSocket: string, options: readonly string[] = []): Promise<ApiProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [...options, program], {
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      HOST: '127.0.0.1',
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
      ORCHESTRATOR_SECRET: secret,
      ORQ_ENGINE: 'docker',
      DOCKER_HOST: `unix://${engineSocket}`,
    },
  });
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
