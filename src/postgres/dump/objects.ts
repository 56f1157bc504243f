import type { Session } from '../session.ts';

const ours = (oid: string, catalogue: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalogue}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;

const users = `n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'`;

/**
 * What a database is made of, one line each, in an order that does not depend on the server: relations with their columns,
 * functions, constraints, triggers, types. NOT NULL constraints are left out: before PostgreSQL 18 they have no names.
 */
export async function readObjects(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ line: string }>(`
    SELECT concat_ws(' ', 'relation', c.relkind, n.nspname || '.' || c.relname,
      (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, ', ' ORDER BY a.attnum)
       FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind <> 'S')) AS line
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${users} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'f') AND ${ours('c.oid', 'pg_class')}
    UNION ALL SELECT concat_ws(' ', 'function', n.nspname || '.' || p.proname, pg_get_function_identity_arguments(p.oid), md5(p.prosrc))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${users} AND ${ours('p.oid', 'pg_proc')}
    UNION ALL SELECT concat_ws(' ', 'constraint', n.nspname || '.' || k.conname, k.contype)
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${users} AND k.contype <> 'n' AND ${ours('k.oid', 'pg_constraint')}
    UNION ALL SELECT concat_ws(' ', 'trigger', n.nspname || '.' || c.relname, t.tgname)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${users} AND NOT t.tgisinternal
    UNION ALL SELECT concat_ws(' ', 'type', n.nspname || '.' || t.typname, t.typtype)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE ${users} AND t.typtype IN ('e', 'd', 'r') AND ${ours('t.oid', 'pg_type')}`);
  return rows.map(({ line }) => line).sort();
}
