import type { DatabaseInfo } from '../../model/database.ts';
import type { DatabasesContext } from './db-context.ts';

/** Where this machine reaches a server: its port here, or a way into the cluster that is opened for the command. */
export async function serverAddress(
  { engine, signal }: Pick<DatabasesContext, 'engine' | 'signal'>,
  server: DatabaseInfo,
): Promise<DatabaseInfo> {
  const way = await engine.cluster?.forward(server.containerName, { signal });
  return { ...server, host: '127.0.0.1', ...way };
}
