import { access, mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { defined } from '../../../model/defined.ts';
import { messageOf, OrqError } from '../../../model/errors.ts';
import type { ContainerSpec } from '../../engine.ts';
import type { Owner, PostgresSetup } from '../store/record.ts';
import { writeShims } from './client-shims.ts';
import { type Server, serverName } from './find-servers.ts';
import { filesAt, type LaunchContext, type LaunchPart, pathsOf } from './launch-context.ts';
import { type MountedPaths, translated } from './mounted-path.ts';
import { canReach, giveTo } from './service-user.ts';
import { listenAddress, serverPort } from './server-port.ts';
import { startScript } from './start-script.ts';

const usualDataFolder = '/var/lib/postgresql/data';
const scriptsFolder = '/docker-entrypoint-initdb.d';

/** How a PostgreSQL container runs here: as the official image runs, with the data folder of its volume. */
export async function postgresLaunch(context: LaunchContext, server: Server): Promise<LaunchPart> {
  const { record, ports, files, owner, base } = context;
  const { environment, command, embedded } = record.spec;
  const paths = pathsOf(context);
  const inside = environment['PGDATA'] || usualDataFolder;
  const dataFolder = paths.find(inside) ?? join(files.folder, 'data');
  const scripts = await scriptsOf(paths.below(scriptsFolder));
  if (scripts.length > 0) await checkClient(server, record.spec.name);
  await checkVersion(dataFolder, server, record.spec.name);
  const script = await startScript(record.spec, paths);
  if (script === undefined) await readyDataFolder(dataFolder, owner);
  else await readyVolumes(record.spec, paths, owner);
  const containerPort = serverPort(record.spec) ?? 5432;
  const port = ports.find(({ target }) => target === containerPort)?.published ?? containerPort;
  const { address, client } = listenAddress(ports, containerPort);
  const words = (command ?? []).map(paths.translate);
  const serverArguments = words[0] === 'postgres' ? words.slice(1) : words;
  await writeShims({ server, folder: files.bin, containerPort, port });
  const settings = settingsHere(address, port);
  const variables = { ...translated(environment, paths), ...embedded?.environment, PGDATA: dataFolder };
  const path = `${server.bin}:${base['PATH'] ?? ''}`;
  const setup = setupOf(record.spec, { server, dataFolder, serverArguments, scripts });
  const start: Pick<LaunchPart, 'argv' | 'cwd' | 'environment'> =
    script === undefined
      ? {
          argv: [server.program, '-D', dataFolder, ...serverArguments, ...settings],
          cwd: dataFolder,
          environment: base,
        }
      : {
          argv: [...script, ...words, ...settings],
          // The script may put another folder in the place of the data's.
          cwd: '/',
          environment: { ...base, ...variables, PATH: path, PGPORT: String(port) },
        };
  return {
    ...start,
    stopSignal: 'SIGINT',
    tools: {
      ...base,
      ...variables,
      PATH: `${files.bin}:${path}`,
      PGHOST: client,
      PGPORT: String(port),
      ...defined({ PGPASSWORD: setup.password }),
    },
    postgres: setup,
  };
}

function settingsHere(address: string, port: number): readonly string[] {
  const setting = (name: string, value: string | number): string[] => ['-c', `${name}=${value}`];
  return [
    ...setting('listen_addresses', address),
    ...setting('port', port),
    ...setting('unix_socket_directories', ''),
  ];
}

function setupOf(
  { environment, embedded }: ContainerSpec,
  {
    server,
    ...rest
  }: Pick<PostgresSetup, 'dataFolder' | 'serverArguments' | 'scripts'> & { readonly server: Server },
): PostgresSetup {
  const user = environment['POSTGRES_USER'] || 'postgres';
  return {
    ...rest,
    bin: server.bin,
    initialise: embedded?.initialise !== false,
    user,
    database: environment['POSTGRES_DB'] || user,
    authMethod: authMethod(environment),
    initdbArguments: environment['POSTGRES_INITDB_ARGS'] ?? '',
    environment,
    ...defined({ password: environment['POSTGRES_PASSWORD'] }),
  };
}

/** Gives the volumes of a server that is started by a script to its user: the script works in all of them. */
async function readyVolumes(
  spec: ContainerSpec,
  paths: MountedPaths,
  owner: Owner | undefined,
): Promise<void> {
  for (const { kind, target } of spec.mounts) {
    const folder = kind === 'volume' ? paths.find(target) : undefined;
    if (folder !== undefined) await readyDataFolder(folder, owner);
  }
}

function authMethod({
  POSTGRES_HOST_AUTH_METHOD: method,
  POSTGRES_PASSWORD: password,
}: Readonly<Record<string, string>>): string {
  if (method !== undefined && method !== '') return method;
  if (password !== undefined && password !== '') return 'scram-sha-256';
  throw new OrqError({
    code: 'COMPOSE_INVALID',
    message: 'A PostgreSQL service has neither POSTGRES_PASSWORD nor POSTGRES_HOST_AUTH_METHOD=trust.',
    hint: 'Set POSTGRES_PASSWORD in its environment.',
  });
}

async function scriptsOf(sources: readonly string[]): Promise<readonly string[]> {
  const found = (await Promise.all(sources.map(filesAt))).flat();
  return [...new Set(found)].sort((a, b) => basename(a).localeCompare(basename(b), 'en'));
}

async function checkClient({ bin }: Server, name: string): Promise<void> {
  const found = await access(join(bin, 'psql')).catch((error: unknown) => error);
  if (found === undefined) return;
  throw new OrqError({
    code: 'COMMAND_MISSING',
    message: `${name} has initialisation scripts, and the PostgreSQL at hand comes without psql, which runs them.`,
    detail: bin,
    hint: 'orq up --install',
  });
}

async function checkVersion(dataFolder: string, server: Server, name: string): Promise<void> {
  const text = await readFile(join(dataFolder, 'PG_VERSION'), 'utf8').catch(() => undefined);
  const major = text === undefined ? server.major : Number.parseInt(text, 10);
  if (major === server.major) return;
  throw new OrqError({
    code: 'DATA_DIR_VERSION',
    message: `The data of ${name} was made by PostgreSQL ${major}, and the server at hand is ${serverName(server)}.`,
    detail: `${dataFolder} stays as it is: a server of another major version cannot read it.`,
    hint: `Install PostgreSQL ${major} and ask for it in the Compose file (image: postgres:${major}), or start empty: orq down --volumes`,
  });
}

/** Makes the data folder and gives it to the user that the server runs as. Throws when that user cannot get there. */
async function readyDataFolder(folder: string, owner: Owner | undefined): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (owner !== undefined) await giveTo(folder, owner);
  } catch (cause) {
    throw notWritable(folder, messageOf(cause));
  }
  if (owner !== undefined && !(await canReach(owner, join(folder, 'x'))))
    throw notWritable(
      folder,
      `user ${owner.name}, as whom the server runs, cannot pass through the folders above it`,
    );
}

function notWritable(folder: string, why: string): OrqError {
  return new OrqError({
    code: 'DATA_DIR_UNUSABLE',
    message: `The data folder ${folder} cannot be used.`,
    detail: why,
    hint: `Make ${dirname(folder)} writable, or remove it if nothing in it is needed.`,
  });
}
