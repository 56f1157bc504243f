import type { Session } from '../session.ts';

/**
 * A word that is another one whenever something may have been written to the server since: its transaction numbers.
 * Whatever writes takes one, sequences too; a restart without a crash keeps them.
 */
export async function readChanges(session: Session): Promise<string | null> {
  const [row] = await session.query<{ changes: string | null }>(
    `SELECT concat_ws(' ', (SELECT system_identifier FROM pg_control_system()), d.oid, txid_current_snapshot()) AS changes
     FROM pg_database d WHERE d.datname = current_database()`,
  );
  return row?.changes ?? null;
}
