import { messageOf } from '../model/errors.ts';
import { sqlState, type Session } from './session.ts';

export interface FailedTable {
  readonly table: string;
  readonly message: string;
}

/** One read and one write of each table, rolled back. Returns those that failed. */
export async function tryTables(
  session: Session,
  tables: readonly string[],
): Promise<readonly FailedTable[]> {
  const failed: FailedTable[] = [];
  for (const table of tables) {
    const message = await tryTable(session, table);
    if (message !== undefined) failed.push({ table, message });
  }
  return failed;
}

async function tryTable(session: Session, table: string): Promise<string | undefined> {
  const name = session.client.escapeIdentifier(table);
  await session.query('BEGIN');
  try {
    const [column] = await session.query<{ name: string }>(
      "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a' LIMIT 1",
      [name],
    );
    const field = session.client.escapeIdentifier(column?.name ?? 'id');
    await session.query(`SELECT * FROM ${name} LIMIT 1`);
    await session.query(
      `UPDATE ${name} SET ${field} = ${field} WHERE ctid = (SELECT ctid FROM ${name} LIMIT 1)`,
    );
    return undefined;
  } catch (error) {
    const reason = messageOf(error);
    return lockNotAvailable === sqlState(error) ? undefined : reason;
  } finally {
    await session.query('ROLLBACK');
  }
}

/** Somebody works on the row: it can be written, only not by us now. */
const lockNotAvailable = '55P03';
