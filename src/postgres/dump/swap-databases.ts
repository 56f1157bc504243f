import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '../session.ts';
import { quoteName } from './quote-name.ts';
import { endSessions } from './scratch-database.ts';

export interface Swap {
  /** Name that changes hands. */
  readonly live: string;
  /** Database that takes the name. */
  readonly next: string;
  /** Name under which the one that had it is kept. */
  readonly kept: string;
}

/**
 * Two renames in one transaction. The first locks the database against new connections before it looks for sessions,
 * so those that are there are ended from `helper` until none is left: no session ever sees a state in between, and a
 * crash leaves either the one or the other. Returns milliseconds.
 */
export async function swapDatabases(
  session: Session,
  helper: Session,
  { live, next, kept }: Swap,
): Promise<number> {
  const startedAt = performance.now();
  let renamed = false;
  await endSessions(helper, [live, next]);
  const ending = (async () => {
    while (!renamed) {
      await delay(20);
      if (!renamed) await endSessions(helper, [live, next]);
    }
  })();
  try {
    await session.query('BEGIN');
    await session.query(`ALTER DATABASE ${quoteName(live)} RENAME TO ${quoteName(kept)}`);
    await session.query(`ALTER DATABASE ${quoteName(next)} RENAME TO ${quoteName(live)}`);
    await session.query('COMMIT');
    return performance.now() - startedAt;
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    renamed = true;
    await ending;
  }
}
