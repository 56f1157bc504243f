import { messageOf } from '../../model/errors.ts';
import { keptDatabases, outdated } from '../../postgres/dump/database-names.ts';
import { dropDatabase } from '../../postgres/dump/scratch-database.ts';
import type { Session } from '../../postgres/session.ts';
import type { OperationContext } from '../context.ts';
import type { DatabaseTarget } from './database-target.ts';

/** Removes databases kept after restores that are {@link outdated}; one that cannot be removed is a warning. */
export async function dropOutdated(
  { emit }: OperationContext,
  { address }: DatabaseTarget,
  maintenance: Session,
): Promise<void> {
  const kept = await keptDatabases(maintenance, address.database);
  for (const name of outdated(kept, new Date())) {
    try {
      await dropDatabase(maintenance, address, name);
      emit({ type: 'note', text: `${name}, kept after an older restore, was removed` });
    } catch (error) {
      const reason = messageOf(error);
      emit({ type: 'warning', text: `${name}, kept after an older restore, was not removed: ${reason}` });
    }
  }
}
