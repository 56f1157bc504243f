import type { ConnectionCounts, SlowStatement } from '../model/database-metrics.ts';
import { withMaintenance } from './dump/database-lock.ts';
import { type PostgresAddress, type Session, sqlState } from './session.ts';

/** What a server counts of one database; rates come from two of these. */
export interface MetricsSample {
  /** Seconds since 1970, by the server's clock. */
  readonly at: number;
  readonly connections: ConnectionCounts;
  readonly sizeBytes: number;
  readonly cacheHitRatio: number | null;
  readonly commits: number;
  readonly rollbacks: number;
  readonly deadlocks: number;
  readonly replicas: number;
  readonly replicationLagSeconds: number | null;
}

type Row = Record<string, unknown> &
  Omit<MetricsSample, 'connections'> &
  Pick<ConnectionCounts, 'total' | 'active' | 'idle' | 'idleInTransaction' | 'max'>;

// Numbers as float8: the driver gives bigint as text.
const sampleQuery = `
  SELECT extract(epoch FROM clock_timestamp())::float8 AS at,
    c.*, current_setting('max_connections')::int AS max,
    pg_database_size(d.datid)::float8 AS "sizeBytes",
    d.blks_hit::float8 / nullif(d.blks_hit + d.blks_read, 0) AS "cacheHitRatio",
    d.xact_commit::float8 AS commits, d.xact_rollback::float8 AS rollbacks, d.deadlocks::float8 AS deadlocks,
    r.*
  FROM pg_stat_database d,
    (SELECT count(*)::int AS total, count(*) FILTER (WHERE state = 'active')::int AS active,
       count(*) FILTER (WHERE state = 'idle')::int AS idle,
       count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS "idleInTransaction"
     FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()) AS c,
    (SELECT count(*)::int AS replicas,
       CASE WHEN count(*) > 0 THEN coalesce(max(extract(epoch FROM replay_lag)), 0)::float8 END AS "replicationLagSeconds"
     FROM pg_stat_replication WHERE state = 'streaming') AS r
  WHERE d.datname = current_database()`;

/** Reads the counters of the session's database. */
export async function readSample(session: Session): Promise<MetricsSample> {
  const [row] = await session.query<Row>(sampleQuery);
  if (row === undefined) throw new Error('The server does not know the database of the session');
  const { total, active, idle, idleInTransaction, max, ...rest } = row;
  return { ...rest, connections: { total, active, idle, idleInTransaction, max } };
}

/** SQLSTATEs of a server that does not count statements: not loaded, or not installed. */
const notCounting = new Set(['55000', '58P01', '0A000', '42501']);

/**
 * The statements of a database that take longest. The extension that counts them is made in the server's maintenance
 * database, so that no dump of a project has it; a server that cannot count tells what is running now.
 */
export async function slowestStatements(
  address: PostgresAddress,
  limit: number,
  signal: AbortSignal,
): Promise<readonly SlowStatement[]> {
  return withMaintenance(
    address,
    async (session) => {
      try {
        await startCounting(session);
        return await counted(session, address.database, limit);
      } catch (error) {
        if (!notCounting.has(sqlState(error) ?? '')) throw error;
        return running(session, address.database, limit);
      }
    },
    signal,
  );
}

/** One after the other: an extension that two sessions make at once fails for one of them. */
async function startCounting(session: Session): Promise<void> {
  const there = "SELECT 1 FROM pg_extension WHERE extname = 'pg_stat_statements'";
  if ((await session.query(there)).length > 0) return;
  await session.query("SELECT pg_advisory_lock(hashtext('orq.metrics'))");
  try {
    await session.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  } finally {
    await session.query("SELECT pg_advisory_unlock(hashtext('orq.metrics'))");
  }
}

function counted(session: Session, database: string, limit: number): Promise<readonly SlowStatement[]> {
  return session.query<Record<string, unknown> & SlowStatement>(
    `SELECT regexp_replace(query, '\\s+', ' ', 'g') AS statement, calls::float8 AS calls,
       mean_exec_time::float8 AS milliseconds
     FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
     WHERE d.datname = $1 ORDER BY mean_exec_time DESC LIMIT $2`,
    [database, limit],
  );
}

function running(session: Session, database: string, limit: number): Promise<readonly SlowStatement[]> {
  return session.query<Record<string, unknown> & SlowStatement>(
    `SELECT regexp_replace(query, '\\s+', ' ', 'g') AS statement, 0 AS calls,
       (extract(epoch FROM clock_timestamp() - query_start) * 1000)::float8 AS milliseconds
     FROM pg_stat_activity
     WHERE datname = $1 AND state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
     ORDER BY 3 DESC LIMIT $2`,
    [database, limit],
  );
}
