import type { Engine } from '../../../engine/engine.ts';
import type { DatabaseInfo } from '../../../model/database.ts';
import { readRecords } from '../../replication/shared-folder.ts';

/** Name of the member that is the primary by the group's record; undefined when no server runs that could tell. */
export async function primaryOf(
  engine: Engine,
  members: readonly DatabaseInfo[],
): Promise<string | undefined> {
  for (const { containerId, status } of members) {
    if (status !== 'running' && engine.cluster === undefined) continue;
    const found = await readRecords(engine, containerId).catch(() => undefined);
    if (found?.record !== undefined) return found.record.name;
  }
  return undefined;
}

/** The database on the server that takes writes, with the one that follows it. */
export function withReplica(serving: DatabaseInfo, other: DatabaseInfo): DatabaseInfo {
  const { containerName, status, port } = other;
  const url = new URL(serving.connectionString);
  const connectionString = serving.connectionString.replace(
    url.host,
    `${url.host},${other.host}:${other.port}`,
  );
  return {
    ...serving,
    replica: {
      containerName,
      status,
      port,
      connectionString: `${connectionString}?target_session_attrs=read-write`,
    },
  };
}
