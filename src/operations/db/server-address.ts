import type { DatabaseInfo } from '../../model/database.ts';
import type { DatabasesContext } from './db-context.ts';

/** Where PostgreSQL listens in its container. */
const insidePort = 5432;

/**
 * Where this machine reaches a server: its port here, or a way that is opened for the command, into the cluster or through
 * an engine on another machine.
 */
export async function serverAddress(
  context: Pick<DatabasesContext, 'engine' | 'signal'>,
  server: DatabaseInfo,
): Promise<DatabaseInfo> {
  const { engine, signal } = context;
  const way = await (engine.cluster === undefined
    ? wayToContainer(context, server)
    : engine.cluster.forward(server.containerName, { signal }));
  return { ...server, host: '127.0.0.1', ...way };
}

async function wayToContainer(
  { engine, signal }: Pick<DatabasesContext, 'engine' | 'signal'>,
  { containerId, status }: DatabaseInfo,
): Promise<{ readonly host: string; readonly port: number } | undefined> {
  if (engine.forward === undefined || status !== 'running') return undefined;
  const container = await engine.inspectContainer(containerId, signal);
  return engine.reach(container, insidePort) ?? (await engine.forward(container, insidePort, signal));
}
