import { isPortFree } from '../../host/port-check.ts';
import { databaseLabels } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { DatabasesContext } from './db-context.ts';
import { portRange } from './options.ts';

/**
 * The first port of the range that no database has, running or not, and nothing on this machine holds. Only under the
 * lock is it still free when it is used. Throws PORT_RANGE_EXHAUSTED.
 */
export async function choosePort(context: DatabasesContext, refused: ReadonlySet<number>): Promise<number> {
  const containers = await context.engine.listContainers({}, context.signal);
  // Of replicas too, which may be stopped for long.
  const given = new Set(containers.map(({ labels }) => Number(labels[databaseLabels.port])));
  const published = new Set(containers.flatMap(({ ports }) => ports.map((port) => port.published)));
  for (let port = portRange.first; port <= portRange.last; port += 1) {
    if (given.has(port) || refused.has(port) || published.has(port)) continue;
    if (await isPortFree({ port, protocol: 'tcp' })) return port;
  }
  throw new OrqError({
    code: 'PORT_RANGE_EXHAUSTED',
    message: `No port from ${portRange.first} to ${portRange.last} is free.`,
    hint: 'orq db list, then orq db delete what is no longer needed; or give another with --port',
  });
}
