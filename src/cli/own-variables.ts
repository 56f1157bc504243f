import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const usualSocket = '/var/run/docker.sock';

/**
 * Variables that orq fills in for Compose files whose services use the engine or the project's folder: the engine's
 * socket and the group that may use it, the project's folder and who owns it. The user's own values win.
 */
export function ownVariables(directory: string, environment: Environment): Environment {
  const socket = socketOf(environment);
  const owner = statSync(checkoutAbove(directory), { throwIfNoEntry: false });
  return {
    ORQ_CHECKOUT: checkoutAbove(directory),
    ORQ_ENGINE_SOCKET: socket,
    // On macOS the socket that containers see is another one, which root's group may use.
    ORQ_ENGINE_GROUP: String(
      process.platform === 'linux' ? (statSync(socket, { throwIfNoEntry: false })?.gid ?? 0) : 0,
    ),
    ...(owner === undefined || process.platform !== 'linux' ? {} : { ORQ_USER: `${owner.uid}:${owner.gid}` }),
    ...environment,
  };
}

/** The folder with the profiles, which services see under the same path as we do. */
function checkoutAbove(directory: string): string {
  if (existsSync(join(directory, 'compose'))) return directory;
  const parent = dirname(directory);
  return parent === directory ? directory : checkoutAbove(parent);
}

function socketOf({ DOCKER_HOST }: Environment): string {
  return DOCKER_HOST?.startsWith('unix://') === true ? DOCKER_HOST.slice('unix://'.length) : usualSocket;
}
