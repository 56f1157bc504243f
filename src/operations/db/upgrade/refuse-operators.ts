import { type DatabaseInfo, databaseLabels } from '../../../model/database.ts';
import { OrqError } from '../../../model/errors.ts';
import type { DatabasesContext } from '../db-context.ts';

/**
 * Throws ENGINE_UNSUPPORTED for a database that CloudNativePG keeps: it upgrades in place, and would leave no old data to
 * go back to.
 */
export async function refuseOperators(
  { engine, signal }: DatabasesContext,
  { projectId: id, containerId }: DatabaseInfo,
): Promise<void> {
  if (engine.cluster === undefined) return;
  const { labels } = await engine.inspectContainer(containerId, signal);
  if (labels[databaseLabels.operator] !== 'cnpg') return;
  throw new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: `CloudNativePG keeps the database of ${id}, and orq does not upgrade what it keeps. Nothing was changed.`,
    detail:
      'CloudNativePG upgrades in place, and keeps no old data to go back to: a backup into a new database does.',
    hint: `orq db backup ${id}, then orq db create ${id}-18 --postgres 18, then orq db restore ${id}-18 FILE`,
  });
}
