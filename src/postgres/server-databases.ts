import { isMadeByOrq } from './dump/database-names.ts';
import { dropDatabase } from './dump/scratch-database.ts';
import type { PostgresAddress, Session } from './session.ts';

/** Major version of the server, which is that of its data folder. */
export async function serverMajor(session: Session): Promise<number> {
  const [row] = await session.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  return Math.floor((row?.version ?? 0) / 10_000);
}

/** Databases that somebody may enter, but for what orq itself has put aside. */
export async function userDatabases(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database
     WHERE NOT datistemplate AND datallowconn ORDER BY 1`,
  );
  return rows.map(({ name }) => name).filter((name) => !isMadeByOrq(name));
}

/** Removes databases that were put aside by restores. */
export async function dropKept(session: Session, address: PostgresAddress): Promise<void> {
  const rows = await session.query<{ name: string }>(
    "SELECT datname AS name FROM pg_database WHERE datname ~ '_orq_old_\\d{8}_\\d{9}$'",
  );
  for (const { name } of rows) await dropDatabase(session, address, name);
}

/** Names of the roles of the server. */
export async function roleNames(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>('SELECT rolname AS name FROM pg_roles');
  return rows.map(({ name }) => name);
}
