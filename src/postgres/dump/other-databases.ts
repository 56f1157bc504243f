import { type PostgresAddress, sqlState } from '../session.ts';
import { withUnlimited } from './session-limits.ts';

/** SQLSTATE of a database that does not exist. */
const noSuchDatabase = '3D000';

/**
 * Names of the databases of a server beside the one at the address. `postgres`, which every server has, only when
 * somebody made something in it; what extensions made does not count.
 */
export async function otherDatabases(
  address: PostgresAddress,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const names = await withUnlimited(
    address,
    async (session) => {
      const rows = await session.query<{ name: string }>(
        `SELECT datname::text AS name FROM pg_database
         WHERE NOT datistemplate AND datname <> current_database() ORDER BY 1`,
      );
      return rows.map(({ name }) => name);
    },
    { signal },
  );
  const isIdle =
    names.includes('postgres') && !(await holdsObjects({ ...address, database: 'postgres' }, signal));
  return isIdle ? names.filter((name) => name !== 'postgres') : names;
}

/** Whether anybody made a table, a view, a function or a large object in a database. */
export function holdsObjects(address: PostgresAddress, signal: AbortSignal): Promise<boolean> {
  return withUnlimited(
    address,
    async (session) => {
      const [row] = await session.query<{ found: boolean }>(
        `SELECT EXISTS (
           SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND NOT EXISTS (
             SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
         ) OR EXISTS (
           SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND NOT EXISTS (
             SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
         ) OR EXISTS (SELECT FROM pg_largeobject_metadata) AS found`,
      );
      return row?.found === true;
    },
    { signal },
  ).catch((error: unknown) => {
    if (sqlState(error) === noSuchDatabase) return false;
    throw error;
  });
}
