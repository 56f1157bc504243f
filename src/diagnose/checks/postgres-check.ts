import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresAddress, Session } from '../../postgres/session.ts';
import { sqlState, withSession } from '../../postgres/session.ts';
import { migrationStatus } from '../../postgres/migration-status.ts';
import { compareWithMigrations } from '../../postgres/compare-with-migrations.ts';
import { tryTables } from '../../postgres/try-tables.ts';
import { isOrqError, messageOf } from '../../model/errors.ts';
import { defined } from '../../model/defined.ts';
import type { DatabaseExtension } from '../../model/service-extension.ts';
import type { PostgresFacts, SessionFacts } from '../facts.ts';

/** Milliseconds to log in; a server that hangs accepts the connection and says nothing. */
const loginMs = 3000;

type Reached = Extract<PostgresFacts, { reached: true }>;

/** Looks into a PostgreSQL; every statement is read-only or rolled back. */
export async function checkPostgres(
  address: PostgresAddress,
  database: DatabaseExtension | undefined,
  signal: AbortSignal,
): Promise<PostgresFacts> {
  try {
    return await withSession(address, (session) => gather(session, database), {
      signal,
      connectTimeoutMs: loginMs,
    });
  } catch (error) {
    signal.throwIfAborted();
    const message = messageOf(error);
    return { reached: false, message, ...defined({ sqlState: sqlState(error) }) };
  }
}

async function gather(session: Session, database: DatabaseExtension | undefined): Promise<PostgresFacts> {
  await session.query("SET statement_timeout = '4s'; SET lock_timeout = '700ms'");
  const [row] = await session.query<ServerRow>(serverQuery);
  const sessions = await session.query<SessionRow>(sessionsQuery);
  return {
    reached: true,
    ...replicationFacts(row),
    ...defined({ replayBehindMs: await replayBehind(session, row) }),
    readOnly: row?.read_only === 'on',
    connections: row?.connections ?? 0,
    maxConnections: row?.max_connections ?? 0,
    reservedConnections: row?.reserved ?? 0,
    transactionAge: row?.transaction_age ?? 0,
    preparedTransactions: row?.prepared ?? 0,
    ...classify(sessions),
    slots: await session.query<Reached['slots'][number] & Record<string, unknown>>(slotsQuery),
    dangerousSettings: await session.query<{ name: string; value: string }>(settingsQuery),
    ...(await schemaFacts(session, database, row?.recovering === true)),
  };
}

function replicationFacts(
  row: ServerRow | undefined,
): Pick<Reached, 'inRecovery' | 'receiving' | 'replayPaused' | 'replayLagBytes'> {
  return {
    inRecovery: row?.recovering === true,
    receiving: row?.receiving === true,
    replayPaused: row?.paused === true,
    replayLagBytes: row?.replay_lag ?? 0,
  };
}

/** Milliseconds after which a replica has to have replayed what it has received. */
const replayMs = 400;

/**
 * How old the newest change is that a replica shows, when it does not get on with what it has received; undefined when
 * it does. A single look would take every byte under way for a lag.
 */
async function replayBehind(session: Session, row: ServerRow | undefined): Promise<number | undefined> {
  if (row?.recovering !== true || row.paused || row.replay_lag <= 0) return undefined;
  await delay(replayMs);
  const [later] = await session.query<{ behind: number }>(
    `SELECT (extract(epoch FROM now() - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))
             * 1000)::float8 AS behind
     WHERE pg_last_wal_replay_lsn() < $1::pg_lsn`,
    [row.received],
  );
  return later?.behind;
}

interface ServerRow extends Record<string, unknown> {
  readonly recovering: boolean;
  readonly receiving: boolean;
  readonly paused: boolean;
  readonly replay_lag: number;
  readonly received: string;
  readonly read_only: string;
  readonly connections: number;
  readonly max_connections: number;
  readonly reserved: number;
  readonly transaction_age: number;
  readonly prepared: number;
}

const serverQuery = `
  SELECT pg_is_in_recovery() AS recovering,
         EXISTS (SELECT FROM pg_stat_wal_receiver) AS receiving,
         CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END AS paused,
         coalesce(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0)::float8 AS replay_lag,
         coalesce(pg_last_wal_receive_lsn(), '0/0')::text AS received,
         current_setting('default_transaction_read_only') AS read_only,
         (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
         current_setting('max_connections')::int AS max_connections,
         current_setting('superuser_reserved_connections')::int AS reserved,
         (SELECT max(age(datfrozenxid))::int FROM pg_database) AS transaction_age,
         (SELECT count(*)::int FROM pg_prepared_xacts) AS prepared`;

interface SessionRow extends Record<string, unknown> {
  readonly pid: number;
  readonly application: string;
  readonly state: string;
  readonly seconds: number;
  readonly query: string;
  readonly blocked_by: number | null;
}

const sessionsQuery = `
  SELECT pid, application_name AS application, coalesce(state, '') AS state, left(query, 200) AS query,
         (pg_blocking_pids(pid))[1] AS blocked_by,
         extract(epoch FROM now() - CASE WHEN state = 'active' THEN query_start ELSE state_change END)::float8 AS seconds
  FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;

const slotsQuery = `
  SELECT slot_name::text AS name, active,
         (CASE WHEN pg_is_in_recovery() THEN 0
               ELSE coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0) END)::float8 AS "retainedBytes"
  FROM pg_replication_slots`;

/** Settings with which a database loses data or silently skips rules. */
const settingsQuery = `
  SELECT name, setting AS value FROM pg_settings
  WHERE (name = 'fsync' AND setting = 'off')
     OR (name = 'full_page_writes' AND setting = 'off')
     OR (name = 'autovacuum' AND setting = 'off')
     OR (name = 'zero_damaged_pages' AND setting = 'on')
     OR (name = 'session_replication_role' AND setting <> 'origin')`;

/** Seconds after which a query is long, and an idle transaction is forgotten. */
const longSeconds = 60;
const forgottenSeconds = 15;

function classify(
  rows: readonly SessionRow[],
): Pick<Reached, 'blocked' | 'idleInTransaction' | 'longQueries'> {
  const facts = ({ pid, application, seconds, query, blocked_by }: SessionRow): SessionFacts => ({
    pid,
    application,
    seconds,
    query,
    ...defined({ blockedBy: blocked_by ?? undefined }),
  });
  const blockers = new Set(rows.map(({ blocked_by }) => blocked_by));
  return {
    blocked: rows.filter(({ blocked_by }) => blocked_by !== null).map(facts),
    idleInTransaction: rows
      .filter(
        ({ state, seconds, pid }) =>
          state.startsWith('idle in transaction') && (seconds > forgottenSeconds || blockers.has(pid)),
      )
      .map(facts),
    longQueries: rows
      .filter(
        ({ state, seconds, blocked_by }) =>
          state === 'active' && seconds > longSeconds && blocked_by === null,
      )
      .map(facts),
  };
}

type SchemaFacts = Pick<
  Reached,
  'pendingMigrations' | 'changedMigrations' | 'missing' | 'unenforced' | 'failedTables'
>;

async function schemaFacts(
  session: Session,
  database: DatabaseExtension | undefined,
  recovering: boolean,
): Promise<SchemaFacts> {
  const none = {
    pendingMigrations: [],
    changedMigrations: [],
    missing: [],
    unenforced: [],
    failedTables: [],
  };
  if (database === undefined || recovering) return none;
  try {
    const { pending, changed } = await migrationStatus(session, database);
    const complete = pending.length === 0 && changed.length === 0;
    const comparison = complete ? await compareWithMigrations(session, database) : undefined;
    return {
      pendingMigrations: pending,
      changedMigrations: changed,
      missing: comparison?.missing ?? [],
      unenforced: comparison?.unenforced ?? [],
      failedTables: await tryTables(session, comparison?.tables ?? []),
    };
  } catch (error) {
    if (!isOrqError(error))
      return { ...none, failedTables: [{ table: 'migrations', message: String(error) }] };
    return { ...none, changedMigrations: [error.message] };
  }
}
