import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base } from 'vitest';
import { type Finished, type Running, startOrq } from './run-orq.ts';
import { freePort } from './free-port.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** A fresh checkout with a fresh home, for orq without containers. */
export interface Checkout {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  orq(args: readonly string[], changes?: Changes): Promise<Finished>;
  start(args: readonly string[], changes?: Changes): Running;
  /** Runs orq with --json and returns its document; fails with what it printed when it failed. */
  json(args: readonly string[], changes?: Changes): Promise<Document>;
  /** What SQL answers, as psql prints it without decoration. */
  sql(query: string): Promise<string>;
  /** The written status of a service. */
  record(service: string): Promise<ServiceRecord>;
}

export type Changes = Readonly<Record<string, string | undefined>>;

/** Any JSON document of orq; tests say what they expect of it. */
export interface Document {
  readonly environments?: readonly {
    readonly engine: string;
    readonly changed: boolean;
    readonly services: readonly {
      readonly service: string;
      readonly state: string;
      readonly health: string;
      readonly ready: boolean;
      readonly detail: string;
      readonly ports: readonly string[];
    }[];
  }[];
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
}

interface Identity {
  readonly pid: number;
  readonly token: string;
}

export interface ServiceRecord {
  readonly id: string;
  readonly folder: string;
  readonly status: {
    readonly phase: string;
    readonly restartCount: number;
    readonly process: Identity;
    readonly supervisor: Identity;
  };
}

/** A test with a checkout of its own. Its processes and data are gone afterwards, also when it fails. */
// oxlint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- it declares no test, it makes the word for it
export const test = base.extend<{ checkout: Checkout }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixture's needs from the pattern
  checkout: async ({}, use) => {
    const checkout = await openCheckout();
    await leaveOutPlatform(checkout);
    try {
      await use(checkout);
    } finally {
      await closeCheckout(checkout);
    }
  },
});

/** Most scenarios are about the servers: the API and the pages, which have scenarios of their own, would only cost time. */
function leaveOutPlatform({ directory }: Checkout): Promise<void> {
  const overlay = 'services: { api: { profiles: [platform] }, ui: { profiles: [platform] } }\n';
  return writeFile(join(directory, 'compose/orchestrator/compose.debug.yaml'), overlay);
}

/** Opens a checkout on ports that are free; the caller closes it. */
export async function openCheckout(ports: Changes = {}): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), 'orq-embedded-'));
  await chmod(root, 0o755);
  const directory = join(root, 'project');
  await mkdir(join(root, 'home'), { recursive: true });
  for (const part of ['compose', 'database', 'orq.toml'])
    await cp(join(repository, part), join(directory, part), { recursive: true });
  await symlink(join(repository, 'dist'), join(directory, 'dist'));
  const env = {
    PATH: process.env['PATH'],
    HOME: join(root, 'home'),
    ORQ_ENGINE: 'embedded',
    ORCHESTRATOR_POSTGRES_PORT: String(await freePort()),
    ORCHESTRATOR_REDIS_PORT: String(await freePort()),
    ORCHESTRATOR_API_PORT: String(await freePort()),
    ORCHESTRATOR_UI_PORT: String(await freePort()),
    ...ports,
  };
  return checkoutAt(directory, env);
}

function checkoutAt(directory: string, env: Checkout['env']): Checkout {
  const start = (args: readonly string[], changes: Changes = {}): Running =>
    startOrq(args, { cwd: directory, env: { ...env, ...changes } });
  const orq = (args: readonly string[], changes?: Changes): Promise<Finished> =>
    start(args, changes).finished;
  return {
    directory,
    env,
    start,
    orq,
    json: async (args, changes) => {
      const { stdout, stderr } = await orq([...args, '--json'], changes);
      if (stdout === '') throw new Error(`orq ${args.join(' ')} printed nothing: ${stderr}`);
      const document: Document = JSON.parse(stdout);
      return document;
    },
    sql: async (query) => {
      const { stdout, stderr } = await orq(['psql', 'postgres', '-tAc', query]);
      return stdout.trim() || stderr;
    },
    record: (service) => recordOf(directory, service),
  };
}

async function recordOf(directory: string, service: string): Promise<ServiceRecord> {
  const containers = join(directory, '.orq/embedded/containers');
  for (const id of await readdir(containers)) {
    const folder = join(containers, id);
    const record: { readonly spec: { readonly service: string } } = JSON.parse(
      await readFile(join(folder, 'record.json'), 'utf8'),
    );
    if (record.spec.service !== service) continue;
    return { id, folder, status: JSON.parse(await readFile(join(folder, 'status.json'), 'utf8')) };
  }
  throw new Error(`no record of ${service}`);
}

export async function closeCheckout({ directory, orq }: Checkout): Promise<void> {
  await orq(['down', '--volumes', '--remove-orphans', '--no-backup']);
  for (const pid of processesIn(directory)) kill(pid);
  const data = await realpath(join(directory, '.orq/data')).catch(() => undefined);
  for (const name of data === undefined ? [] : await readdir(data).catch(() => []))
    await rm(await realpath(join(directory, '.orq/data', name)), { recursive: true, force: true });
  await rm(join(directory, '..'), { recursive: true, force: true });
}

/** Processes whose command line or working folder lies in a folder: supervisors, servers, children of servers. */
export function processesIn(folder: string): readonly number[] {
  if (process.platform !== 'linux') {
    const rows = execFileSync('ps', ['-axo', 'pid=,args=']).toString().split('\n');
    return rows.filter((row) => row.includes(folder)).map((row) => Number.parseInt(row, 10));
  }
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.filter((pid) => belongsTo(pid, folder)).map(Number);
}

function belongsTo(pid: string, folder: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) ||
      readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
    );
  } catch {
    return false;
  }
}

/** Kills a process at once; one that is gone is no failure. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

/** Polls until something holds; for what only another process's state shows. */
export async function eventually(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never happened: ${what}`);
}
