import { OrqError } from '../model/errors.ts';
import { type Receiver, type ServerFacts, type Slot, slotNameOf } from '../model/replication.ts';
import { quoteName } from './dump/quote-name.ts';
import type { Session } from './session.ts';

interface FactsRow extends Record<string, unknown> {
  readonly recovering: boolean;
  readonly system: string;
  readonly timeline: number;
  readonly lsn: string | null;
  readonly replay: string | null;
  readonly age: number | null;
  readonly receiving: boolean;
  readonly names: string;
  readonly paused: boolean;
  readonly receivers: readonly Receiver[] | null;
  readonly slots: readonly Slot[] | null;
}

const factsQuery = `
  SELECT recovering, system_identifier::text AS system, current_setting('synchronous_standby_names') AS names,
    CASE WHEN recovering
      THEN GREATEST((pg_control_checkpoint()).timeline_id, (SELECT received_tli FROM pg_stat_wal_receiver),
        (SELECT max(('x' || substr(name, 1, 8))::bit(32)::integer) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'))
      ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer END AS timeline,
    CASE WHEN recovering THEN GREATEST(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
      ELSE pg_current_wal_lsn() END::text AS lsn,
    CASE WHEN recovering THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END::text AS replay,
    CASE WHEN recovering AND pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn()
      THEN extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float ELSE 0 END AS age,
    EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') AS receiving,
    CASE WHEN recovering THEN pg_is_wal_replay_paused() ELSE false END AS paused,
    (SELECT json_agg(json_build_object('name', application_name, 'state', state, 'syncState', sync_state,
        'flushLsn', COALESCE(flush_lsn::text, '0/0'), 'replayLsn', COALESCE(replay_lsn::text, '0/0'),
        'lagSeconds', COALESCE(extract(epoch FROM replay_lag), 0)))
      FROM pg_stat_replication) AS receivers,
    (SELECT json_agg(json_build_object('name', slot_name, 'active', active,
        'walStatus', COALESCE(wal_status, 'none'), 'retainedBytes', COALESCE(pg_wal_lsn_diff(
          CASE WHEN recovering THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn), 0)))
      FROM pg_replication_slots WHERE slot_type = 'physical') AS slots
  FROM (SELECT pg_is_in_recovery() AS recovering, system_identifier FROM pg_control_system()) AS server`;

/** What a server says about its part in replication. */
export async function serverFacts(session: Session): Promise<ServerFacts> {
  const [row] = await session.query<FactsRow>(factsQuery);
  if (row === undefined) throw new OrqError({ code: 'POSTGRES_FAILED', message: 'The server told nothing.' });
  return {
    recovering: row.recovering,
    systemIdentifier: row.system,
    timeline: row.timeline,
    lsn: row.lsn ?? '0/0',
    replayLsn: row.replay ?? '0/0',
    replayAgeSeconds: row.age ?? 0,
    receiving: row.receiving,
    synchronousNames: row.names,
    replayPaused: row.paused,
    receivers: row.receivers ?? [],
    slots: row.slots ?? [],
  };
}

/**
 * Promotes a replica and proves it: out of recovery, on the expected timeline, also in its control file, which a rewind
 * of the old primary will compare with. The new primary waits for nobody until a replica is back. Throws
 * PROMOTION_FAILED.
 */
export async function promote(session: Session, timeline: number): Promise<void> {
  await session.query("ALTER SYSTEM SET synchronous_standby_names = ''");
  await session.query('SELECT pg_reload_conf()');
  const { recovering } = await serverFacts(session);
  if (recovering) await session.query('SELECT pg_promote(true, 60)');
  await session.query('CHECKPOINT');
  const [row] = await session.query<{ recovering: boolean; control: number }>(
    'SELECT pg_is_in_recovery() AS recovering, (pg_control_checkpoint()).timeline_id AS control',
  );
  const facts = await serverFacts(session);
  if (row?.recovering === false && row.control === timeline && facts.timeline === timeline) return;
  throw new OrqError({
    code: 'PROMOTION_FAILED',
    message: 'The replica was promoted, and did not become what it should.',
    detail: `in recovery: ${row?.recovering}; timeline ${facts.timeline} (control file ${row?.control}), expected ${timeline}`,
    hint: 'orq replication status',
  });
}

/** Makes sure that a primary keeps the write-ahead log that a replica of the name will need. */
export async function keepSlot(session: Session, member: string): Promise<void> {
  await session.query(
    `SELECT pg_create_physical_replication_slot($1::text, true)
     WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1::text)`,
    [slotNameOf(member)],
  );
}

/** Lets go of the write-ahead log that was kept for a replica. */
export async function dropSlot(session: Session, member: string): Promise<void> {
  await session.query(
    `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots
     WHERE slot_name = $1::text AND active_pid IS NOT NULL`,
    [slotNameOf(member)],
  );
  await session.query(
    'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1::text AND NOT active',
    [slotNameOf(member)],
  );
}

/** Writes down a change of the primary, which proves that the server takes writes. */
export async function proveWrite(
  session: Session,
  change: { readonly from: string; readonly to: string; readonly timeline: number },
): Promise<void> {
  await session.query('CREATE SCHEMA IF NOT EXISTS orq');
  await session.query(`CREATE TABLE IF NOT EXISTS orq.failovers (
    timeline integer PRIMARY KEY, from_server text NOT NULL, to_server text NOT NULL,
    at timestamptz NOT NULL DEFAULT now())`);
  await session.query(
    `INSERT INTO orq.failovers (timeline, from_server, to_server) VALUES ($1, $2, $3)
     ON CONFLICT (timeline) DO UPDATE SET at = now()`,
    [change.timeline, change.from, change.to],
  );
}

/** Rows of each table of the database, orq's own left out. */
export async function countRows(session: Session): Promise<Readonly<Record<string, number>>> {
  const tables = await session.query<{ schema: string; name: string }>(
    `SELECT nspname::text AS schema, relname::text AS name
     FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE relkind IN ('r', 'p') AND NOT relispartition
       AND nspname NOT IN ('pg_catalog', 'information_schema', 'orq') AND nspname NOT LIKE 'pg\\_%' ORDER BY 1, 2`,
  );
  const counts: Record<string, number> = {};
  for (const { schema, name } of tables) {
    const [row] = await session.query<{ rows: string }>(
      `SELECT count(*) AS rows FROM ${quoteName(schema)}.${quoteName(name)}`,
    );
    counts[schema === 'public' ? name : `${schema}.${name}`] = Number(row?.rows ?? 0);
  }
  return counts;
}

/** Application names that are connected. */
export async function connectedApplications(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(
    'SELECT DISTINCT application_name::text AS name FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
  );
  return rows.map(({ name }) => name);
}
