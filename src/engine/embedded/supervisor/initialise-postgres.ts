import { spawn } from 'node:child_process';
import { appendFile, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { pathExists } from '../../../host/path-exists.ts';
import { defined } from '../../../model/defined.ts';
import { signalProcess } from '../identity.ts';
import type { PostgresSetup } from '../store/record.ts';
import { runTool, type Tool } from './run-tool.ts';
import type { Supervision } from './supervise.ts';

/** Written last, before the folder gets its name: a cluster without it was not made by us. */
const marker = 'orq.initialised';
const serverReadyMs = 60_000;
/** Paths of Unix sockets have to be short, and temporary folders can be long. */
const longestSocketFolder = 80;

interface Making {
  readonly setup: PostgresSetup;
  readonly supervision: Supervision;
  /** Cluster in the making, beside its final place. */
  readonly draft: string;
  /** Private folder for the password and the socket. */
  readonly scratch: string;
}

/**
 * Makes the cluster of an empty data folder. All of it happens in a folder beside, which takes the name of the data
 * folder as the last act: a folder is either not begun or complete, however this ends.
 */
export async function initialisePostgres(setup: PostgresSetup, supervision: Supervision): Promise<void> {
  if (await pathExists(join(setup.dataFolder, 'PG_VERSION'))) return;
  const draft = `${setup.dataFolder}.init`;
  const scratch = await mkdtemp(join(scratchRoot(), 'orq-'));
  const making = { setup, supervision, draft, scratch };
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await own(making, draft, scratch);
    await makeCluster(making);
    if (setup.scripts.length > 0) await withServer(making, () => runScripts(making));
    await writeFile(join(draft, marker), `${new Date().toISOString()}\n`);
    await own(making, join(draft, marker));
    await rename(draft, setup.dataFolder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function scratchRoot(): string {
  return tmpdir().length > longestSocketFolder ? '/tmp' : tmpdir();
}

async function own({ supervision }: Making, ...paths: readonly string[]): Promise<void> {
  const { owner } = supervision.launch;
  if (owner === undefined) return;
  for (const path of paths) await chown(path, owner.uid, owner.gid);
}

async function makeCluster(making: Making): Promise<void> {
  const { setup, draft, scratch } = making;
  const passwordFile = join(scratch, 'password');
  const withPassword = setup.password !== undefined && setup.password !== '';
  if (withPassword) {
    await writeFile(passwordFile, `${setup.password}\n`, { mode: 0o600 });
    await own(making, passwordFile);
  }
  const locale = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';
  const password = withPassword ? `--pwfile='${passwordFile}'` : '';
  const auth = `--auth-host=${setup.authMethod} --auth-local=${withPassword ? setup.authMethod : 'trust'}`;
  // The arguments come as one string with shell quotes, as the official image takes them.
  const script = `exec "$0" -D "$1" --username="$2" --encoding=UTF8 --locale=${locale} ${auth} ${password} ${setup.initdbArguments}`;
  await step(making, 'initdb', {
    argv: ['/bin/sh', '-c', script, join(setup.bin, 'initdb'), draft, setup.user],
  });
  await rm(passwordFile, { force: true });
  await appendFile(join(draft, 'pg_hba.conf'), `\nhost all all all ${setup.authMethod}\n`);
  if (setup.database !== 'postgres') await makeDatabase(making);
}

/** In single-user mode, which needs neither a server nor a client. */
async function makeDatabase(making: Making): Promise<void> {
  const { setup, draft } = making;
  const name = setup.database.replaceAll('"', '""');
  const output = await step(making, `create database ${setup.database}`, {
    argv: [join(setup.bin, 'postgres'), '--single', '-D', draft, 'postgres'],
    input: `CREATE DATABASE "${name}"\n`,
    quiet: true,
  });
  // Single-user mode ends with 0 whatever the statement did.
  if (/\b(ERROR|FATAL|PANIC):/.test(output)) throw failed(`create database ${setup.database}`, output);
}

type Step = Pick<Tool, 'argv' | 'input'> & {
  readonly environment?: Readonly<Record<string, string>>;
  /** Its output matters only when it fails. */
  readonly quiet?: boolean;
};

async function step(making: Making, what: string, tool: Step): Promise<string> {
  const { launch, stop, log } = making.supervision;
  const { exitCode, output } = await runTool({
    cwd: making.scratch,
    owner: launch.owner,
    signal: stop,
    ...tool,
    environment: { ...launch.environment, LC_MESSAGES: 'C', ...tool.environment },
  });
  if (tool.quiet !== true || exitCode !== 0) log.write('stdout', output);
  if (exitCode !== 0) throw failed(what, output);
  return output;
}

function failed(what: string, output: string): Error {
  const lines = output.trim().split('\n');
  const telling = lines.find((line) => /\b(ERROR|FATAL|PANIC|error):/.test(line)) ?? lines.at(-1) ?? '';
  return new Error(`${what} failed: ${telling}`);
}

/** A server that only the scripts reach: it listens on a socket in a private folder. */
async function withServer(making: Making, work: () => Promise<void>): Promise<void> {
  const { setup, supervision, draft, scratch } = making;
  const { launch, log, stop } = supervision;
  const options = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${scratch}`, '-c', 'port=5432'];
  const argv = ['-D', draft, ...setup.serverArguments, ...options];
  const child = spawn(join(setup.bin, 'postgres'), argv, {
    cwd: draft,
    env: { ...launch.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...defined({ uid: launch.owner?.uid, gid: launch.owner?.gid }),
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('error', () => undefined);
  child.stdout.on('data', (data: Buffer) => log.write('stdout', data.toString()));
  child.stderr.on('data', (data: Buffer) => log.write('stderr', data.toString()));
  const end = (): void => void (child.pid !== undefined && signalProcess(child.pid, 'SIGINT'));
  stop.addEventListener('abort', end, { once: true });
  try {
    await serverReady(making, ended);
    await work();
  } finally {
    end();
    await ended;
    stop.removeEventListener('abort', end);
  }
}

async function serverReady(making: Making, ended: Promise<void>): Promise<void> {
  const { setup, supervision, scratch } = making;
  let over = false;
  void ended.then(() => (over = true));
  const argv = [join(setup.bin, 'pg_isready'), '-h', scratch, '-p', '5432', '-q'];
  const { environment } = supervision.launch;
  for (const deadline = performance.now() + serverReadyMs; performance.now() < deadline; await delay(50)) {
    if (over) break;
    const { exitCode } = await runTool({ argv, cwd: scratch, environment, signal: supervision.stop });
    if (exitCode === 0) return;
  }
  throw new Error('the server for the initialisation scripts did not start');
}

async function runScripts(making: Making): Promise<void> {
  for (const script of making.setup.scripts) {
    const name = basename(script);
    making.supervision.log.write('stdout', `running ${name}`);
    if (/\.sql(\.gz)?$/.test(name)) await runSql(making, script);
    else if (name.endsWith('.sh')) await runShell(making, script);
    else making.supervision.log.write('stdout', `ignoring ${name}`);
  }
}

async function runSql(making: Making, script: string): Promise<void> {
  const { setup } = making;
  const content = await readFile(script);
  const input = script.endsWith('.gz') ? gunzipSync(content) : content;
  const flags = ['-v', 'ON_ERROR_STOP=1', '--no-psqlrc', '--no-password'];
  const argv = [join(setup.bin, 'psql'), ...flags, '-U', setup.user, '-d', setup.database];
  await step(making, `script ${basename(script)}`, { argv, input, environment: clientEnvironment(making) });
}

async function runShell(making: Making, script: string): Promise<void> {
  const { setup } = making;
  const shell = (await pathExists('/bin/bash')) ? '/bin/bash' : '/bin/sh';
  const environment = { ...setup.environment, ...clientEnvironment(making) };
  const input = await readFile(script);
  await step(making, `script ${basename(script)}`, { argv: [shell, '-s'], input, environment });
}

function clientEnvironment({ setup, supervision, scratch }: Making): Record<string, string> {
  return {
    PATH: `${setup.bin}:${supervision.launch.environment['PATH'] ?? '/usr/bin:/bin'}`,
    PGHOST: scratch,
    PGPORT: '5432',
    POSTGRES_USER: setup.user,
    POSTGRES_DB: setup.database,
    ...(setup.password === undefined
      ? {}
      : { PGPASSWORD: setup.password, POSTGRES_PASSWORD: setup.password }),
  };
}
