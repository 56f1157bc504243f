import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeServerShim, writeShims } from './client-shims.ts';
import type { Server } from './find-servers.ts';
import { type LaunchContext, type LaunchPart, pathsOf } from './launch-context.ts';
import { giveTo } from './service-user.ts';
import { listenAddress, serverPort } from './server-port.ts';

/** How a Redis container runs here: its own command, in which the server's name stands for the server at hand. */
export async function redisLaunch(context: LaunchContext, server: Server): Promise<LaunchPart> {
  const { record, ports, files, owner, base } = context;
  const { environment, command } = record.spec;
  const paths = pathsOf(context);
  const dataFolder = paths.find('/data') ?? join(files.folder, 'data');
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  if (owner !== undefined) await giveTo(dataFolder, owner);
  const containerPort = serverPort(record.spec) ?? 6379;
  const port = ports.find(({ target }) => target === containerPort)?.published ?? containerPort;
  const { address, client } = listenAddress(ports, containerPort);
  await writeShims({ server, folder: files.bin, containerPort, port });
  const bind = address === '*' ? ['--bind', '*', '-::*'] : ['--bind', address];
  const settings = ['--port', String(port), ...bind, '--dir', dataFolder, '--daemonize', 'no'];
  await writeServerShim(files.bin, server, settings);
  const path = `${files.bin}:${server.bin}:${base['PATH'] ?? ''}`;
  const tools = { ...base, ...environment, PATH: path, REDIS_HOST: client, REDIS_PORT: String(port) };
  const [first = 'redis-server', ...rest] = withServer(command ?? []).map(paths.translate);
  const isServer = /^(redis|valkey)-server$/.test(first);
  const argv = isServer ? [server.program, ...rest, ...settings] : [first, ...rest];
  return { argv, cwd: dataFolder, environment: tools, tools, stopSignal: 'SIGTERM' };
}

/** Options or a file alone mean the server, as in the official image. */
function withServer(command: readonly string[]): readonly string[] {
  const [first] = command;
  const bare = first === undefined || first.startsWith('-') || first.endsWith('.conf');
  return bare ? ['redis-server', ...command] : command;
}
