import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, cp, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { giveTo, serviceUser } from '../../../../src/engine/embedded/servers/service-user.ts';
import { freePort } from '../../../scenario/free-port.ts';

/** What a container of PostgreSQL is started with. */
export interface ServerSpec {
  /** Folder of the volume. */
  readonly volume: string;
  /** Folder with the programs of the major that is asked for. */
  readonly bin: string;
  /** Folder of an empty cluster of the major, copied for each. */
  readonly template: string;
  /** Statements for a volume that has none yet, one a line, as the superuser. */
  readonly setUp: readonly string[];
  readonly log: string;
  /** What the container is told. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the container starts in place of the image's own program, which it is given to start. */
  readonly command?: readonly string[];
}

export interface PostgresServer {
  readonly port: number;
  readonly child: ChildProcess;
  readonly bin: string;
  /** Folder of its data. */
  readonly data: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves when it lets connections in, false when it ended before. */
  readonly ready: Promise<boolean>;
  /** Resolves with its exit code. */
  readonly ended: Promise<number>;
}

type Identity = { readonly uid: number; readonly gid: number } | Record<string, never>;

/** Whom servers run as: PostgreSQL refuses root. */
export async function serverIdentity(): Promise<Identity> {
  const user = await serviceUser('postgres');
  return user === undefined ? {} : { uid: user.uid, gid: user.gid };
}

/** Makes an empty cluster, once for each major. */
export async function makeTemplate(bin: string, folder: string): Promise<void> {
  const identity = await serverIdentity();
  await mkdir(folder, { recursive: true });
  await own(folder);
  const options = [
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ];
  const password = join(folder, 'password');
  await writeFile(password, 'template', { mode: 0o644 });
  const data = join(folder, 'pgdata');
  await promisify(execFile)(
    join(bin, 'initdb'),
    [...options, `--pwfile=${password}`, `--pgdata=${data}`],
    identity,
  );
}

/** Starts PostgreSQL on a port of its own, as the image does with its volume. */
export async function startPostgres({
  volume,
  bin,
  template,
  setUp,
  log,
  environment,
  command,
}: ServerSpec): Promise<PostgresServer> {
  const identity = await serverIdentity();
  const data = join(volume, 'pgdata');
  const isNew = await access(join(data, 'PG_VERSION')).then(
    () => false,
    () => true,
  );
  await mkdir(volume, { recursive: true });
  const isMade = isNew && command === undefined;
  if (isMade) await cp(join(template, 'pgdata'), data, { recursive: true, mode: 0 });
  await own(volume);
  if (isMade) await runSingle({ bin, data, identity }, setUp);
  const port = await freePort();
  const settings = [
    'fsync=off',
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${volume}`,
  ];
  const args = settings.flatMap((setting) => ['-c', setting]);
  const [program = '', ...rest] =
    command === undefined ? [join(bin, 'postgres'), '-D', data, ...args] : [...command, 'postgres', ...args];
  const path = [bin, process.env['PATH']].join(delimiter);
  const env = command === undefined ? process.env : { ...environment, PATH: path, PGPORT: String(port) };
  const child = spawn(program, rest, { ...identity, env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(log, { flags: 'a' });
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? 137);
  return { port, child, bin, data, environment, ready: isOpen(child, ended), ended };
}

async function own(folder: string): Promise<void> {
  const user = await serviceUser('postgres');
  if (user !== undefined) await giveTo(folder, user);
}

async function runSingle(
  { bin, data, identity }: { readonly bin: string; readonly data: string; readonly identity: Identity },
  statements: readonly string[],
): Promise<void> {
  const child = spawn(join(bin, 'postgres'), ['--single', '-D', data, '-c', 'fsync=off', 'postgres'], {
    ...identity,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.end(`${statements.join('\n')}\n`);
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  await once(child, 'close');
  if (/(ERROR|FATAL):/.test(words)) throw new Error(words);
}

/** A server says in its log when it lets connections in; false when it ends before. */
function isOpen({ stderr }: { readonly stderr: Readable }, ended: Promise<unknown>): Promise<boolean> {
  const said = new Promise<boolean>((resolve) => {
    let last = '';
    stderr.on('data', (chunk: Buffer) => {
      last = `${last}${chunk.toString()}`.slice(-2000);
      if (/database system is ready to accept (read-only )?connections/.test(last)) resolve(true);
    });
  });
  return Promise.race([said, ended.then(() => false)]);
}
