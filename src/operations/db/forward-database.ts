import type { DatabaseInfo } from '../../model/database.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import { runningDatabase } from './as-project.ts';
import type { DatabasesContext } from './db-context.ts';
import { sharedId } from './names.ts';
import { connectionString } from './own-databases.ts';

/**
 * Opens a port of this machine that leads to a database in a cluster, until the engine is closed; a free one when none
 * is given. Throws PORT_HELD, SERVICE_NOT_RUNNING, and ENGINE_UNSUPPORTED where databases have ports here anyway.
 */
export async function forwardDatabase(
  context: DatabasesContext,
  id: string,
  port: number | undefined,
): Promise<DatabaseInfo> {
  const { engine, signal } = context;
  if (engine.cluster === undefined) throw isHere(id);
  const database = await runningDatabase(context, id);
  const server = database.placement === 'own' ? database : await runningDatabase(context, sharedId);
  const way = await engine.cluster.forward(server.containerName, { signal, ...defined({ port }) });
  return { ...database, ...way, connectionString: connectionString({ ...database, ...way }) };
}

function isHere(id: string): OrqError {
  return new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: `The database of ${id} has a port on this machine: there is nothing to forward.`,
    hint: `orq db url ${id}`,
  });
}
