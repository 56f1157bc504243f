import type { DatabasesContext } from '../db-context.ts';
import { getDatabase } from '../find-databases.ts';
import { settleInterrupted } from '../settle-interrupted.ts';
import { refuseCluster } from './refuse-cluster.ts';
import { keptVolumes } from './settle-upgrade.ts';

/** Removes the volumes that upgrades of a project's database have kept; returns their names. Throws DATABASE_UNKNOWN. */
export async function dropKeptVolumes(context: DatabasesContext, id: string): Promise<readonly string[]> {
  refuseCluster(context, id);
  await settleInterrupted(context);
  await getDatabase(context, id);
  const names = await keptVolumes(context, id);
  for (const name of names) await context.engine.removeVolume(name, context.signal);
  return names;
}
