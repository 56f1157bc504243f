import { OrqError } from '../../model/errors.ts';
import type { ObservedImage } from '../../model/observed.ts';
import type { Connection } from './connection.ts';
import { findServer, serverId } from './servers/find-servers.ts';
import { kindOfImage } from './servers/server-kind.ts';

const nothing = { repoDigests: [], environment: {}, exposedPorts: [], volumes: [], hasHealthcheck: false };

/**
 * What stands for an image on this machine: a server of the kind, identified by its path and version. Like the official
 * image of PostgreSQL it tells its major in PG_MAJOR.
 */
export async function findImage(
  { environment }: Connection,
  reference: string,
): Promise<ObservedImage | undefined> {
  const kind = kindOfImage(reference);
  if (kind === undefined) return undefined;
  if (kind === 'process') return { id: 'process', ...nothing };
  const server = await findServer(kind, reference, environment);
  if (server === undefined) return undefined;
  const variables: Readonly<Record<string, string>> =
    kind === 'postgres' ? { PG_MAJOR: String(server.major) } : {};
  return { id: serverId(server), ...nothing, environment: variables };
}

/** There is no registry: what is there is up to date, what is missing has to be installed. */
export async function pullImage(connection: Connection, reference: string): Promise<void> {
  if ((await findImage(connection, reference)) !== undefined) return;
  throw new OrqError({
    code: 'IMAGE_UNAVAILABLE',
    message: `Nothing on this machine stands for the image ${reference}.`,
    detail: 'The embedded engine runs what is installed; it pulls no images.',
    hint: 'orq up --install',
  });
}

/** Services are fitted to this engine before anything is built: none asks for an image that way. */
export function cannotBuild(): OrqError {
  return new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: 'The embedded engine builds no images.',
    hint: 'orq up --engine docker',
  });
}
