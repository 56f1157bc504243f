import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf, OrqError } from '../model/errors.ts';
import type { DatabaseExtension } from '../model/service-extension.ts';
import { changedMigrations, migrationStatus, seedHash, seedIsApplied } from './migration-status.ts';
import type { Session } from './session.ts';

/**
 * Applies the pending migrations, each in a transaction of its own and under an advisory lock, then the seed. Returns
 * the names of what was applied. Throws MIGRATION_CHANGED before touching anything when an applied file was edited,
 * MIGRATION_FAILED when SQL fails (that file is rolled back, later ones are not run).
 */
export async function migrate(session: Session, database: DatabaseExtension): Promise<readonly string[]> {
  const { changed, pending } = await migrationStatus(session, database);
  if (changed.length > 0) throw changedMigrations(changed, database);
  if (pending.length === 0) return [];
  if (database.migrations !== undefined) await runMigrations(session, database, database.migrations);
  if (database.seed !== undefined) await runSeed(session, database.seed);
  return pending;
}

async function runMigrations(session: Session, database: DatabaseExtension, folder: string): Promise<void> {
  const { migrate: apply } = await import('postgres-migrations');
  try {
    await apply({ client: session.client }, folder);
  } catch (error) {
    // Each is a transaction: the first that is still pending is the one that failed.
    const left = await migrationStatus(session, database).catch(() => undefined);
    const file = left?.pending[0] ?? 'A migration';
    throw new OrqError({
      code: 'MIGRATION_FAILED',
      message: `${file} in ${folder} failed and was rolled back.`,
      detail:
        error instanceof Error ? error.message.replace(/^Migration failed\. Reason: /, '') : String(error),
      hint: 'Correct the file and run orq up again; applied migrations are kept.',
      cause: error,
    });
  }
}

async function runSeed(session: Session, file: string): Promise<void> {
  const { client } = session;
  try {
    await client.query('BEGIN');
    await client.query("SELECT pg_advisory_xact_lock(hashtext('orq.seeds'))");
    await client.query('CREATE SCHEMA IF NOT EXISTS orq');
    await client.query(
      'CREATE TABLE IF NOT EXISTS orq.seeds (name text PRIMARY KEY, hash text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    if (!(await seedIsApplied(session, file))) {
      await client.query(await readFile(file, 'utf8'));
      await client.query(
        'INSERT INTO orq.seeds (name, hash) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET hash = EXCLUDED.hash, applied_at = now()',
        [basename(file), await seedHash(file)],
      );
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new OrqError({
      code: 'MIGRATION_FAILED',
      message: `The seed ${file} failed and was rolled back.`,
      detail: messageOf(error),
      hint: 'Correct the file and run orq up again.',
      cause: error,
    });
  }
}
