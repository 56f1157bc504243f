import type { DatabaseInfo } from '../../../model/database.ts';
import { OrqError } from '../../../model/errors.ts';
import type { DatabasesContext } from '../db-context.ts';
import { getDatabase } from '../find-databases.ts';
import { settleInterrupted } from '../settle-interrupted.ts';
import { keptVolumes } from './settle-upgrade.ts';

/** Removes the volumes that upgrades of a project's database have kept; returns their names. Throws DATABASE_UNKNOWN, LOCKED. */
export async function dropKeptVolumes(context: DatabasesContext, id: string): Promise<readonly string[]> {
  await settleInterrupted(context);
  const info = await getDatabase(context, id);
  await refuseUpgrading(context, info);
  const names = await keptVolumes(context, id);
  for (const name of names) await context.engine.removeVolume(name, context.signal);
  return names;
}

/** Until an upgrade that another machine makes is over, no volume is one of before. */
async function refuseUpgrading(
  { engine, signal }: DatabasesContext,
  { projectId: id, containerName }: DatabaseInfo,
): Promise<void> {
  const record = await engine.cluster?.upgrades.read(containerName, signal);
  if (record === undefined) return;
  throw new OrqError({
    code: 'LOCKED',
    message: `The database of ${id} is being upgraded since ${record.since}.`,
    hint: 'Wait for it to end, then run the command again.',
  });
}
