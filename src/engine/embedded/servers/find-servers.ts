import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, readdir, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packagedPostgres } from './packaged-postgres.ts';
import { majorOf, type ServerKind } from './server-kind.ts';

/** A server program of this machine. */
export interface Server {
  readonly program: string;
  /** Folder with its tools. */
  readonly bin: string;
  /** Its own words, e.g. `postgres (PostgreSQL) 16.4`. */
  readonly version: string;
  readonly major: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const programs = { postgres: ['postgres'], redis: ['redis-server', 'valkey-server'] } as const;

/** Places where packages put PostgreSQL without putting it on the path; `*` is a version. */
const postgresPlaces: readonly (readonly [folder: string, entry: RegExp, rest: string])[] = [
  ['/usr/lib/postgresql', /^\d+$/, 'bin'],
  ['/usr', /^pgsql-\d+$/, 'bin'],
  ['/opt/homebrew/opt', /^postgresql(@\d+)?$/, 'bin'],
  ['/usr/local/opt', /^postgresql(@\d+)?$/, 'bin'],
  ['/Applications/Postgres.app/Contents/Versions', /^\d+$/, 'bin'],
];

const otherPlaces = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * The server for an image reference: of the major it asks for if there is one, else the newest. PostgreSQL of the npm
 * package, which lacks psql and pg_dump, only where the system has none.
 */
export async function findServer(
  kind: Exclude<ServerKind, 'process'>,
  reference: string,
  environment: Environment,
): Promise<Server | undefined> {
  const servers = await findServers(kind, environment);
  const wanted = majorOf(reference);
  const found = servers.find(({ major }) => major === wanted) ?? servers[0];
  if (found !== undefined || kind !== 'postgres') return found;
  const bin = await packagedPostgres(environment);
  return bin === undefined ? undefined : describe(join(bin, 'postgres'));
}

/** All servers of a kind, newest first. */
async function findServers(
  kind: Exclude<ServerKind, 'process'>,
  environment: Environment,
): Promise<readonly Server[]> {
  const folders = [
    ...(environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...otherPlaces,
    ...(kind === 'postgres' ? await postgresFolders() : []),
  ];
  const candidates = folders.flatMap((folder) => programs[kind].map((program) => join(folder, program)));
  const found = await Promise.all(candidates.map(resolveProgram));
  const distinct = [...new Set(found.filter((path) => path !== undefined))];
  const servers = await Promise.all(distinct.map((program) => describe(program)));
  return servers.filter((server) => server !== undefined).sort((a, b) => b.major - a.major);
}

async function postgresFolders(): Promise<readonly string[]> {
  const lists = await Promise.all(
    postgresPlaces.map(async ([folder, entry, rest]) => {
      const entries = await readdir(folder).catch(() => []);
      return entries.filter((name) => entry.test(name)).map((name) => join(folder, name, rest));
    }),
  );
  return lists.flat();
}

async function resolveProgram(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    const real = await realpath(path);
    // One file may be several programs, by the name it is called with.
    return basename(real) === basename(path) ? real : path;
  } catch {
    return undefined;
  }
}

/** What programs said of themselves, by the file that was asked. */
const described = new Map<string, Promise<Server | undefined>>();

/** Asks a program for its version, once as long as it is the same file. */
async function describe(program: string): Promise<Server | undefined> {
  const info = await stat(program).catch(() => undefined);
  if (info === undefined) return undefined;
  const file = `${program} ${info.dev} ${info.ino} ${info.size} ${info.mtimeMs}`;
  const known = described.get(file);
  if (known !== undefined) return known;
  const asked = ask(program);
  described.set(file, asked);
  // What does not start now may do so later.
  if ((await asked) === undefined) described.delete(file);
  return asked;
}

async function ask(program: string): Promise<Server | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version']);
    const version = stdout.trim();
    const major = /(?:v=|PostgreSQL\) )(\d+)/.exec(version)?.[1];
    return major === undefined
      ? undefined
      : { program, bin: dirname(program), version, major: Number(major) };
  } catch {
    return undefined;
  }
}

/** What stands for an image id: it changes when the server is another one. */
export function serverId({ program, version }: Server): string {
  const digest = createHash('sha256').update(`${program}\n${version}`).digest('hex');
  return `${program}@${digest.slice(0, 12)}`;
}

/** For people: `PostgreSQL 15.18`, `Redis 7.0.15`. */
export function serverName({ version }: Server): string {
  const number = /(?:v=|PostgreSQL\) )([\d.]+)/.exec(version)?.[1] ?? '';
  if (version.includes('PostgreSQL')) return `PostgreSQL ${number}`;
  return `${version.startsWith('Valkey') ? 'Valkey' : 'Redis'} ${number}`;
}
