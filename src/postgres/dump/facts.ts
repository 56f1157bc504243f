import type { DatabaseFacts, SequenceState, TableRows } from '../../model/backup.ts';
import type { Session } from '../session.ts';
import type { DatabaseProperties } from './database-properties.ts';
import { quoteName } from './quote-name.ts';
import type { Locale } from './scratch-database.ts';

/** Reads what a database is, in the transaction that the session is in. */
export async function readFacts(session: Session): Promise<DatabaseFacts> {
  const database = await readDatabase(session);
  return {
    ...database,
    extensions: await session.query<{ name: string; version: string }>(
      'SELECT extname AS name, extversion AS version FROM pg_extension ORDER BY 1',
    ),
    roles: await readRoles(session),
    tablespaces: await readTablespaces(session),
    largeObjects: await readNumber(session, 'SELECT count(*)::float8 AS value FROM pg_largeobject_metadata'),
    sequences: await readSequences(session),
    tables: await readTables(session),
    sizeBytes: await readSize(session),
  };
}

/** What can be told of a database without looking into it. */
export type DatabaseOutline = DatabaseRow & Pick<DatabaseFacts, 'sizeBytes'>;

/** Reads that of the session's database. Throws POSTGRES_FAILED. */
export async function readOutline(session: Session): Promise<DatabaseOutline> {
  return { ...(await readDatabase(session)), sizeBytes: await readSize(session) };
}

function readSize(session: Session): Promise<number> {
  return readNumber(session, 'SELECT pg_database_size(current_database())::float8 AS value');
}

type DatabaseRow = Omit<
  DatabaseFacts,
  'extensions' | 'roles' | 'tablespaces' | 'largeObjects' | 'sequences' | 'tables' | 'sizeBytes'
>;

/** Columns that newer servers added are read through JSON, so that older ones answer too. */
async function readDatabase(session: Session, name: string | null = null): Promise<DatabaseRow> {
  const [row] = await session.query<Record<string, unknown> & DatabaseRow>(
    `
    SELECT d.datname AS database, pg_get_userbyid(d.datdba) AS owner,
      current_setting('server_version_num')::int AS "serverVersionNum",
      (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
      pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS collate, d.datctype AS ctype,
      coalesce(to_jsonb(d)->>'datlocprovider', 'c') AS "localeProvider",
      coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale') AS locale,
      to_jsonb(d)->>'daticurules' AS "localeRules",
      (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = d.dattablespace AND s.spcname <> 'pg_default') AS tablespace,
      d.datacl::text[] AS acl, d.datconnlimit AS "connectionLimit", d.datistemplate AS "isTemplate",
      shobj_description(d.oid, 'pg_database') AS comment,
      coalesce((SELECT jsonb_agg(jsonb_build_object('role', pg_get_userbyid(s.setrole), 'setting', c))
                FROM pg_db_role_setting s, unnest(s.setconfig) c
                WHERE s.setdatabase = d.oid AND s.setrole <> 0), '[]') AS "roleSettings",
      coalesce((SELECT array_agg(c) FROM pg_db_role_setting s, unnest(s.setconfig) c
                WHERE s.setdatabase = d.oid AND s.setrole = 0), '{}') AS settings
    FROM pg_database d WHERE d.datname = coalesce($1, current_database())`,
    [name],
  );
  if (row === undefined) throw new Error(`There is no database ${name ?? ''}`);
  return row;
}

async function readNumber(session: Session, sql: string): Promise<number> {
  const [row] = await session.query<{ value: number }>(sql);
  return row?.value ?? 0;
}

/** pg_shdepend knows every role that the objects of this database need, but for the first one of the server. */
async function readRoles(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(`
    SELECT DISTINCT r.rolname AS name FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
    WHERE d.refclassid = 'pg_authid'::regclass
      AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND (d.dbid <> 0 OR d.objid = (SELECT oid FROM pg_database WHERE datname = current_database()))
    UNION SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()
    UNION SELECT pg_get_userbyid(s.setrole) FROM pg_db_role_setting s JOIN pg_database b ON b.oid = s.setdatabase
      WHERE b.datname = current_database() AND s.setrole <> 0
    UNION SELECT pg_get_userbyid(10)
    ORDER BY 1`);
  return rows.map(({ name }) => name);
}

/** Those that the dump names, beside the one that every server has. */
async function readTablespaces(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(`
    SELECT DISTINCT s.spcname AS name FROM pg_class c JOIN pg_tablespace s ON s.oid = c.reltablespace
    WHERE s.spcname NOT IN ('pg_default', 'pg_global') ORDER BY 1`);
  return rows.map(({ name }) => name);
}

/** Tables that pg_dump writes with their data: not those of extensions, nor what has none of its own. */
const ownRelations = `
  SELECT n.nspname AS schema, c.relname AS name,
    CASE WHEN c.relispartition THEN (
      SELECT json_build_object('schema', rn.nspname, 'name', r.relname)
      FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace WHERE r.oid = pg_partition_root(c.oid)) END AS root
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = $1 AND c.relpersistence <> 't'
    AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
    AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
    AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e')
  ORDER BY 1, 2`;

interface Relation extends Record<string, unknown> {
  readonly schema: string;
  readonly name: string;
  readonly root: TableRows['root'];
}

async function readTables(session: Session): Promise<readonly TableRows[]> {
  const tables: TableRows[] = [];
  for (const { schema, name, root } of await session.query<Relation>(ownRelations, ['r'])) {
    const rows = await readNumber(
      session,
      `SELECT count(*)::float8 AS value FROM ONLY ${quoteName(schema)}.${quoteName(name)}`,
    );
    tables.push({ schema, name, rows, root });
  }
  return tables;
}

async function readSequences(session: Session): Promise<readonly SequenceState[]> {
  const sequences: SequenceState[] = [];
  for (const { schema, name } of await session.query<Relation>(ownRelations, ['S'])) {
    const [row] = await session.query<{ lastValue: string; isCalled: boolean }>(
      `SELECT last_value::text AS "lastValue", is_called AS "isCalled" FROM ${quoteName(schema)}.${quoteName(name)}`,
    );
    if (row !== undefined) sequences.push({ schema, name, lastValue: row.lastValue, isCalled: row.isCalled });
  }
  return sequences;
}

/** What a database is beyond what lies in it. */
export function readProperties(session: Session, database: string): Promise<DatabaseProperties> {
  return readDatabase(session, database);
}

/** What a database is that is made without more being said: for a dump that says nothing of itself. */
export async function freshDatabase(session: Session): Promise<DatabaseProperties & Locale> {
  const [row] = await session.query<Record<string, unknown> & Locale>(`
    SELECT current_user::text AS owner, pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS collate,
      d.datctype AS ctype, coalesce(to_jsonb(d)->>'datlocprovider', 'c') AS "localeProvider",
      coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale') AS locale,
      to_jsonb(d)->>'daticurules' AS "localeRules"
    FROM pg_database d WHERE d.datname = 'template1'`);
  if (row === undefined) throw new Error('The server has no template1');
  const none = { acl: null, tablespace: null, settings: [], roleSettings: [], comment: null };
  return { ...row, ...none, connectionLimit: -1, isTemplate: false };
}
