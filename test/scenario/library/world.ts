import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectDocker } from '../../../src/engine/docker/docker-engine.ts';
import { connectEmbedded } from '../../../src/engine/embedded/embedded-engine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { withSession } from '../../../src/postgres/session.ts';
import { type Checkout, closeCheckout, openCheckout } from '../embedded-sandbox.ts';
import { type Finished, startProgram } from '../run-orq.ts';
import { freePort } from '../free-port.ts';

/** The library at work on one engine, in a checkout of its own. */
export interface World {
  readonly checkout: Checkout;
  readonly engine: Engine;
  /** Address of the front door. */
  readonly address: string;
  /** Runs a Python program of the users' guide, unchanged. */
  python(script: string, ...args: readonly string[]): Promise<Finished>;
  /** What SQL answers at a server, as psql prints it without decoration; the message of an error. */
  sql(server: string, query: string): Promise<string>;
  logs(service: string): Promise<string>;
}

const here = fileURLToPath(new URL('.', import.meta.url));
/** The guide's clients know one port, so only one library at a time. */
const turnPort = 55_551;

/** Brings the library up, hands it over, and takes everything away again. */
export async function withLibrary(
  kind: 'docker' | 'embedded',
  work: (world: World) => Promise<void>,
): Promise<void> {
  const leave = await takeTurn();
  const checkout = await openCheckout(await environment(kind));
  const stateDirectory = join(checkout.directory, '.orq');
  const cwd = checkout.directory;
  const engine =
    kind === 'docker'
      ? await connectDocker({ environment: process.env })
      : await connectEmbedded({ stateDirectory, environment: process.env, cwd });
  try {
    const up = await checkout.orq(['up', 'library']);
    if (up.code !== 0) throw new Error(up.stderr);
    await work(worldOf(checkout, engine));
  } finally {
    engine.close();
    await checkout.orq(['down', 'library', '--volumes', '--no-backup']);
    await closeCheckout(checkout);
    leave();
  }
}

function worldOf(checkout: Checkout, engine: Engine): World {
  return {
    checkout,
    engine,
    address: 'tcp://127.0.0.1:5555',
    python: (script, ...args) =>
      startProgram(['/usr/bin/python3', join(here, script), ...args], {
        cwd: here,
        env: { PATH: process.env['PATH'], PYTHONIOENCODING: 'utf8' },
      }).finished,
    sql: (server, query) => answerOf(engine, server, query),
    logs: async (service) => {
      const lines: string[] = [];
      for await (const { text } of engine.logs(service, { follow: false })) lines.push(text);
      return lines.join('\n');
    },
  };
}

/** Asks a server itself, as quickly as a driver can. */
async function answerOf(engine: Engine, server: string, query: string): Promise<string> {
  const address = engine.reach(await engine.inspectContainer(server), 5432);
  if (address === undefined) return 'not reached';
  const login = { ...address, user: 'app', password: 'app', database: 'library' };
  try {
    return await withSession(login, async ({ client }) => {
      const { rows } = await client.query<unknown[]>({ text: query, rowMode: 'array' });
      return rows.map((row) => row.map(inWords).join('|')).join('\n');
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A value as psql shows it. */
function inWords(value: unknown): string {
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return value === null ? '' : String(value);
}

async function environment(kind: 'docker' | 'embedded'): Promise<Record<string, string | undefined>> {
  const chosen = Object.entries(process.env).filter(([name]) => name.startsWith('ORQ_IMAGE_'));
  return {
    ...Object.fromEntries(chosen),
    DOCKER_HOST: process.env['DOCKER_HOST'],
    ORQ_ENGINE: kind,
    LIBRARY_PRIMARY_PORT: String(await freePort()),
    LIBRARY_REPLICA_PORT: String(await freePort()),
    LIBRARY_STORAGE_PORT: String(await freePort()),
    LIBRARY_LOAD_PORT: String(await freePort()),
  };
}

async function takeTurn(): Promise<() => void> {
  for (;;) {
    const server = createServer();
    const isOurs = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(turnPort, '127.0.0.1', () => resolve(true));
    });
    if (isOurs) return () => void server.close();
    await delay(200);
  }
}
