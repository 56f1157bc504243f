import type { DatabaseFacts } from '../../model/backup.ts';
import type { PostgresAddress } from '../session.ts';
import { readFacts } from './facts.ts';
import { readChanges } from './read-changes.ts';
import { withUnlimited } from './session-limits.ts';

/** A moment of a database that other sessions can look at too. */
export interface Snapshot {
  /** For `pg_dump --snapshot`. */
  readonly id: string;
  readonly encoding: string;
  /** {@link readChanges} of this moment. */
  readonly changes: string | null;
  /** Being read in the same moment, while others may look at it already. */
  readonly facts: Promise<DatabaseFacts>;
}

/** Runs `work` while a transaction keeps one moment of the database in sight. */
export function withSnapshot<Result>(
  address: PostgresAddress,
  work: (snapshot: Snapshot) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  return withUnlimited(
    address,
    async (session) => {
      await session.query('SET row_security = off');
      await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const [row] = await session.query<{ id: string; encoding: string }>(
        "SELECT pg_export_snapshot() AS id, current_setting('server_encoding') AS encoding",
      );
      if (row === undefined) throw new Error('PostgreSQL exported no snapshot');
      const changes = await readChanges(session);
      const facts = readFacts(session);
      // Whoever wants them hears of it.
      facts.catch(() => undefined);
      const result = await work({ ...row, changes, facts });
      await facts;
      return result;
    },
    { signal },
  );
}
