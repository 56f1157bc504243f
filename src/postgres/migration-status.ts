import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OrqError } from '../model/errors.ts';
import type { DatabaseExtension } from '../model/service-extension.ts';
import type { Session } from './session.ts';

/** Where a database stands against its migrations and seed. */
export interface MigrationStatus {
  /** File names still to apply, in order; the seed last. */
  readonly pending: readonly string[];
  /** Applied files whose text is no longer what was applied. */
  readonly changed: readonly string[];
}

interface AppliedMigration extends Record<string, unknown> {
  readonly id: number;
  readonly hash: string;
}

/** Compares the SQL files of a service with what its database has recorded. */
export async function migrationStatus(
  session: Session,
  database: DatabaseExtension,
): Promise<MigrationStatus> {
  const files = database.migrations === undefined ? [] : await migrationFiles(database.migrations);
  const applied = new Map((await appliedMigrations(session)).map(({ id, hash }) => [id, hash]));
  const pending = files.filter(({ id }) => !applied.has(id)).map(({ fileName }) => fileName);
  const changed = files
    .filter(({ id, hash }) => applied.has(id) && applied.get(id) !== hash)
    .map(({ fileName }) => fileName);
  const seed = database.seed;
  if (seed !== undefined && !(await seedIsApplied(session, seed))) pending.push(basename(seed));
  return { pending, changed };
}

interface MigrationFile {
  readonly id: number;
  readonly fileName: string;
  readonly hash: string;
}

/**
 * Files of a migrations folder with the checksums that the migration table of postgres-migrations holds: SHA-1 of
 * name and text. Read here, not by the library, because looking must not cost the loading of what applies.
 */
async function migrationFiles(folder: string): Promise<readonly MigrationFile[]> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) throw unreadable(folder, 'The folder cannot be read.');
  const files = await Promise.all(
    names.filter((name) => name.endsWith('.sql')).map((name) => migrationFile(folder, name)),
  );
  const ordered = files.sort((a, b) => a.id - b.id);
  const misplaced = ordered.find(({ id }, index) => id !== index + 1);
  if (misplaced !== undefined)
    throw unreadable(folder, `${misplaced.fileName} does not continue the numbers before it.`);
  return ordered;
}

async function migrationFile(folder: string, fileName: string): Promise<MigrationFile> {
  const text = await readFile(join(folder, fileName), 'utf8');
  return {
    id: Number.parseInt(fileName, 10),
    fileName,
    hash: createHash('sha1')
      .update(fileName + text)
      .digest('hex'),
  };
}

function unreadable(folder: string, detail: string): OrqError {
  return new OrqError({
    code: 'MIGRATION_FAILED',
    message: `The migrations in ${folder} are not in order.`,
    detail,
    hint: 'Name them 0001_name.sql, 0002_name.sql, … without gaps.',
  });
}

async function appliedMigrations(session: Session): Promise<readonly AppliedMigration[]> {
  if (!(await tableExists(session, 'migrations'))) return [];
  return session.query<AppliedMigration>('SELECT id, hash FROM migrations');
}

/** True when the seed was applied with its present text. */
export async function seedIsApplied(session: Session, file: string): Promise<boolean> {
  if (!(await tableExists(session, 'orq.seeds'))) return false;
  const rows = await session.query('SELECT 1 FROM orq.seeds WHERE name = $1 AND hash = $2', [
    basename(file),
    await seedHash(file),
  ]);
  return rows.length > 0;
}

/** Checksum under which a seed is recorded. */
export async function seedHash(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

async function tableExists(session: Session, name: string): Promise<boolean> {
  const rows = await session.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [name]);
  return rows[0]?.found === true;
}

/** Error for applied migrations whose files have been edited. */
export function changedMigrations(changed: readonly string[], { migrations }: DatabaseExtension): OrqError {
  return new OrqError({
    code: 'MIGRATION_CHANGED',
    message: `Already applied: ${changed.join(', ')} in ${migrations ?? '?'}, but the text has been edited since.`,
    detail:
      'The database holds what the file said when it was applied; running the new text would not be safe.',
    hint: 'Put the file back (git checkout) and write the change as a new migration.',
  });
}
