import { statSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

const usualSocket = '/var/run/docker.sock';

/**
 * Variables that orq fills in for Compose files whose services use the engine or the project's folder: the engine's
 * socket and the group that may use it, and who owns the folder. The user's own values win.
 */
export function ownVariables(directory: string, environment: Environment): Environment {
  const socket = socketOf(environment);
  const owner = statSync(directory, { throwIfNoEntry: false });
  return {
    ORQ_ENGINE_SOCKET: socket,
    // On macOS the socket that containers see is another one, which root's group may use.
    ORQ_ENGINE_GROUP: String(
      process.platform === 'linux' ? (statSync(socket, { throwIfNoEntry: false })?.gid ?? 0) : 0,
    ),
    ...(owner === undefined || process.platform !== 'linux' ? {} : { ORQ_USER: `${owner.uid}:${owner.gid}` }),
    ...environment,
  };
}

function socketOf({ DOCKER_HOST }: Environment): string {
  return DOCKER_HOST?.startsWith('unix://') === true ? DOCKER_HOST.slice('unix://'.length) : usualSocket;
}
