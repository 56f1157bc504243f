import { setTimeout as delay } from 'node:timers/promises';
import { quoteName } from '../dump/quote-name.ts';
import { endSessions } from '../dump/scratch-database.ts';
import { type Session, sqlState } from '../session.ts';

export interface DatabaseCopy {
  readonly from: string;
  readonly to: string;
  /** Milliseconds that sessions at work in the source get to finish before they are ended. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

export interface CopyResult {
  /** Sessions of the source that were ended. */
  readonly ended: number;
  /** Milliseconds in which nobody could enter the source. */
  readonly copyMs: number;
}

/** Bytes from which on copying files is faster than writing every page to the log; see the manual on CREATE DATABASE. */
const fileCopyFrom = 256 * 1024 * 1024;

/**
 * Copies a database inside the server. Nobody may be in the source meanwhile: sessions at work are waited for, then all
 * are told to end; those that come during the copy wait at the door. `helper` ends them while `session` copies.
 */
export async function copyDatabase(
  session: Session,
  helper: Session,
  { from, to, patienceMs, signal }: DatabaseCopy,
): Promise<CopyResult> {
  await untilQuiet(helper, { database: from, patienceMs, signal });
  signal.throwIfAborted();
  const ended = await countSessions(helper, from);
  const startedAt = performance.now();
  await endSessions(helper, [from]);
  let copying = true;
  const ending = (async () => {
    while (copying) {
      await delay(20);
      if (copying) await endSessions(helper, [from]);
    }
  })();
  try {
    await fastestCopy(session, { from, to });
    return { ended, copyMs: performance.now() - startedAt };
  } finally {
    copying = false;
    await ending;
  }
}

/** Waits while somebody is in the middle of something, but not for ever. */
async function untilQuiet(
  session: Session,
  {
    database,
    patienceMs,
    signal,
  }: Pick<DatabaseCopy, 'patienceMs' | 'signal'> & { readonly database: string },
): Promise<void> {
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline;) {
    const busy = await session.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend' AND state <> 'idle'`,
      [database],
    );
    if (busy.length === 0) return;
    await delay(50, undefined, { signal });
  }
}

async function countSessions(session: Session, database: string): Promise<number> {
  const sessions = await session.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
    [database],
  );
  return sessions.length;
}

/** SQLSTATE of a file system that cannot share blocks between files. */
const cannotClone = new Set(['0A000', '58030', '22023', '42601']);

/** Shared blocks where the server and its disk can (PostgreSQL 18); else files, or pages where that is less work. */
async function fastestCopy(session: Session, { from, to }: Pick<DatabaseCopy, 'from' | 'to'>): Promise<void> {
  const [server] = await session.query<{ version: number; bytes: number }>(
    `SELECT current_setting('server_version_num')::int AS version, pg_database_size($1::name)::float8 AS bytes`,
    [from],
  );
  const { version = 0, bytes = 0 } = server ?? {};
  const create = `CREATE DATABASE ${quoteName(to)} TEMPLATE ${quoteName(from)}`;
  if (version < 150_000 || bytes < fileCopyFrom) {
    await session.query(create);
    return;
  }
  if (version >= 180_000) {
    try {
      await session.query("SET file_copy_method = 'clone'");
      await session.query(`${create} STRATEGY FILE_COPY`);
      return;
    } catch (error) {
      if (!cannotClone.has(sqlState(error) ?? '')) throw error;
    } finally {
      await session.query('RESET file_copy_method');
    }
  }
  await session.query(`${create} STRATEGY FILE_COPY`);
}
