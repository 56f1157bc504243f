import { OrqError } from '../../model/errors.ts';
import { type PostgresAddress, type Session, sqlState } from '../session.ts';
import { scratchName } from './database-names.ts';
import { dropDatabase } from './scratch-database.ts';
import { withUnlimited } from './session-limits.ts';

interface Holder extends Record<string, unknown> {
  readonly name: string;
  readonly since: string;
}

export interface LockRequest {
  /** Words of who asks, for others that find the lock held. */
  readonly command: string;
  readonly signal: AbortSignal;
}

/** Where to log in beside a database, as nobody may be in one that is renamed: the first that lets us in. */
const maintenanceDatabases = ['postgres', 'template1'];
/** SQLSTATEs of a database that does not exist, refuses everybody, refuses us, or is kept from us by pg_hba.conf. */
const shut = new Set(['3D000', '55000', '42501', '28000']);

/** A session beside the database of an address, without limits in time. Throws POSTGRES_FAILED. */
export async function withMaintenance<Result>(
  address: PostgresAddress,
  work: (session: Session) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const others = maintenanceDatabases.filter((name) => name !== address.database);
  let failure: unknown;
  for (const database of others) {
    let entered = false;
    try {
      return await withUnlimited(
        { ...address, database },
        async (session) => {
          entered = true;
          return work(session);
        },
        signal === undefined ? {} : { signal },
      );
    } catch (error) {
      if (entered || !shut.has(sqlState(error) ?? '')) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

/**
 * Runs `work` while this process alone backs up, checks or restores the database. The lock is one of the server's
 * (advisory), held by a session that dies with the process; what a killed holder has left is removed first. Throws
 * BACKUP_LOCKED, naming the holder.
 */
export function withDatabaseLock<Result>(
  address: PostgresAddress,
  { command, signal }: LockRequest,
  work: (maintenance: Session) => Promise<Result>,
): Promise<Result> {
  return withMaintenance(
    address,
    async (session) => {
      await session.query('SELECT set_config($1, $2, false)', [
        'application_name',
        `${command} (pid ${process.pid})`,
      ]);
      await take(session, address.database);
      await sweep(session, address);
      return work(session);
    },
    signal,
  );
}

async function take(session: Session, database: string): Promise<void> {
  const [row] = await session.query<{ taken: boolean }>(
    "SELECT pg_try_advisory_lock(hashtext('orq.backup'), hashtext($1)) AS taken",
    [database],
  );
  if (row?.taken === true) return;
  const [holder] = await session.query<Holder>(
    `SELECT a.application_name AS name, a.backend_start::text AS since
     FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND l.classid::int8 = (hashtext('orq.backup')::int8 & 4294967295)
       AND l.objid::int8 = (hashtext($1)::int8 & 4294967295)`,
    [database],
  );
  throw new OrqError({
    code: 'BACKUP_LOCKED',
    message: `Database ${database} is being backed up, checked or restored${holder === undefined ? '' : ` by ${holder.name}, since ${holder.since}`}.`,
    hint: 'Wait for it to end and run the command again.',
  });
}

/** Programs of ours that still run are orphans now, and a scratch database is a leftover: we alone hold the lock. */
async function sweep(session: Session, address: PostgresAddress): Promise<void> {
  const scratch = scratchName(address.database);
  await session.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = ANY($1) AND (application_name LIKE 'orq-dump-%' OR application_name LIKE 'orq-load-%')`,
    [[address.database, scratch]],
  );
  await dropDatabase(session, address, scratch);
}

/** Ends the server's side of programs that were started under a name. */
export function endTools(session: Session, name: string): Promise<unknown> {
  return session.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
    name,
  ]);
}
