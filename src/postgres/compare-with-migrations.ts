import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseExtension } from '../model/service-extension.ts';
import type { Session } from './session.ts';

export interface SchemaComparison {
  /** Tables that the migrations make, in the database's own schema. */
  readonly tables: readonly string[];
  /** Tables, columns and constraints that are not there, e.g. `unique (email) on users`. */
  readonly missing: readonly string[];
  /** Constraints that are there and do not hold: not valid, or with their triggers switched off. */
  readonly unenforced: readonly string[];
}

interface SchemaItem extends Record<string, unknown> {
  readonly item: string;
}

const scratch = 'orq_expected';

/**
 * What a database should have is what its migrations make: they are run again in a scratch schema, inside a transaction
 * that is rolled back, and the two schemas are compared. Undefined when the migrations cannot run there (they name a
 * schema, or cannot run in a transaction).
 */
export async function compareWithMigrations(
  session: Session,
  { migrations }: DatabaseExtension,
): Promise<SchemaComparison | undefined> {
  if (migrations === undefined) return undefined;
  const sql = await migrationText(migrations);
  if (/\b(commit|rollback|concurrently|public\.)/i.test(sql)) return undefined;
  const [home] = await session.query<{ schema: string }>('SELECT current_schema() AS schema');
  const schema = home?.schema ?? 'public';
  await session.query('BEGIN');
  try {
    await session.query(`CREATE SCHEMA ${scratch}`);
    await session.query(`SET LOCAL search_path TO ${scratch}, ${schema}`);
    await session.client.query(sql);
    const expected = await items(session, scratch);
    const present = new Set((await items(session, schema)).map(({ item }) => item));
    const tables = await tablesOf(session, scratch);
    const missing = expected.map(({ item }) => item).filter((item) => !present.has(item));
    return { tables, missing: withoutParts(missing), unenforced: await unenforced(session, schema) };
  } catch {
    return undefined;
  } finally {
    await session.query('ROLLBACK');
  }
}

async function migrationText(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql'));
  const ordered = names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  const texts = await Promise.all(ordered.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.join(';\n');
}

function items(session: Session, schema: string): Promise<readonly SchemaItem[]> {
  return session.query<SchemaItem>(
    `SELECT 'table ' || relname AS item FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p')
     UNION ALL
     SELECT 'column ' || attname || ' ' || format_type(atttypid, atttypmod) || ' of table ' || relname
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
     UNION ALL
     SELECT replace(pg_get_constraintdef(pg_constraint.oid), $1 || '.', '') || ' of table ' || relname
     FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
     WHERE relnamespace = $1::regnamespace AND contype IN ('p', 'u', 'f', 'c', 'x')`,
    [schema],
  );
}

async function tablesOf(session: Session, schema: string): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(
    "SELECT relname::text AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p') ORDER BY 1",
    [schema],
  );
  return rows.map(({ name }) => name);
}

async function unenforced(session: Session, schema: string): Promise<readonly string[]> {
  const rows = await session.query<SchemaItem>(
    `SELECT pg_get_constraintdef(pg_constraint.oid) || ' of table ' || relname AS item
     FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
     WHERE relnamespace = $1::regnamespace
       AND (NOT convalidated
            OR EXISTS (SELECT FROM pg_trigger WHERE tgconstraint = pg_constraint.oid AND tgenabled = 'D'))`,
    [schema],
  );
  return rows.map(({ item }) => item);
}

/** A missing table stands for its columns and constraints. */
function withoutParts(missing: readonly string[]): readonly string[] {
  const tables = missing.filter((item) => item.startsWith('table '));
  return missing.filter(
    (item) => tables.includes(item) || !tables.some((table) => item.endsWith(`of ${table}`)),
  );
}
