import { setTimeout as delay } from 'node:timers/promises';
import { say } from '../settings.ts';
import type { ClusterRecord } from './cluster-record.ts';
import type { Primary, PrimaryFollower } from './follow-primary.ts';

const tickMs = 500;
/** Milliseconds between looks while a replica is there that could be waited for and is not yet. */
const hastyTickMs = 100;
/** Milliseconds without a living replica after which the primary goes on alone. */
const patienceMs = 3000;
/** Milliseconds for the primary to answer; after that it counts as lost. */
const answerMs = 2000;

/** A position that nothing reaches. */
const never = 'FFFFFFFF/FFFFFFFF';

export interface Replica {
  readonly lsn: string;
  readonly names: string;
  readonly streaming: boolean;
  readonly synchronous: boolean;
  /** The replica has what the primary had written when it began to wait for it. */
  readonly caughtUp: boolean;
}

const question = `SELECT pg_current_wal_lsn()::text AS lsn, current_setting('synchronous_standby_names') AS names,
    COALESCE(bool_or(state = 'streaming' AND reply_time > now() - interval '3 seconds'), false) AS streaming,
    COALESCE(bool_or(sync_state = 'sync'), false) AS synchronous,
    COALESCE(bool_or(sync_state = 'sync' AND flush_lsn >= $1::pg_lsn), false) AS "caughtUp"
  FROM pg_stat_replication WHERE application_name = ANY ($2)`;

interface Watching {
  readonly follower: PrimaryFollower;
  readonly cluster: ClusterRecord;
  /** Names under which the members replicate. */
  readonly names: readonly string[];
  /** False: the primary never waits for the replica. */
  readonly synchronous: boolean;
  readonly signal: AbortSignal;
}

/**
 * Notices a primary that does not answer, and decides whether commits wait for the replica. A replica that is gone is
 * first put on record as behind, and only then is the primary released: a failover knows at any time whether the
 * replica has everything.
 */
export async function watchReplica(watching: Watching): Promise<void> {
  const { follower, signal } = watching;
  while (!signal.aborted) {
    const primary = await follower.whenConnected();
    if (primary === undefined) return;
    await watchPrimary(primary, watching).catch((error: unknown) => follower.lost(primary, error));
  }
}

/** Where the waiting for the replica stands. */
export interface Waiting {
  readonly wanted: boolean;
  /** On record: the replica has all that was answered. */
  readonly inSync: boolean;
  /** The position from which on the primary has waited is known. */
  readonly counting: boolean;
  /** Milliseconds since the replica was last seen alive. */
  readonly unseenMs: number;
}

export type Move = 'none' | 'wait' | 'count' | 'confirm' | 'release' | 'correct';

/** What to do next about the waiting of commits for the replica. Pure. */
export function nextMove(replica: Replica, { wanted, inSync, counting, unseenMs }: Waiting): Move {
  const waits = replica.names !== '';
  // Somebody else released the primary: the record must not go on promising.
  if (!waits && inSync) return 'correct';
  if (!wanted) return waits ? 'release' : 'none';
  if (!waits) return replica.streaming ? 'wait' : 'none';
  if (unseenMs > patienceMs) return 'release';
  if (inSync || !replica.synchronous) return 'none';
  if (!counting) return 'count';
  return replica.caughtUp ? 'confirm' : 'none';
}

async function watchPrimary(primary: Primary, watching: Watching): Promise<void> {
  const { cluster, follower, names, signal, synchronous: wanted } = watching;
  const place = { primary: primary.member.name, timeline: primary.connection.role.timeline };
  const known = await cluster.safety();
  let inSync = known?.primary === place.primary && known.timeline === place.timeline && known.inSync;
  let [waitsFrom, seenAt, written] = [never, performance.now(), ''];
  const note = async (lsn: string, now: boolean): Promise<void> => {
    inSync = now;
    written = lsn;
    await cluster.writeSafety({ ...place, inSync, lsn, at: new Date().toISOString() });
  };
  const moves: Readonly<Record<Move, (replica: Replica) => Promise<void>>> = {
    none: ({ lsn }) => (lsn === written ? Promise.resolve() : note(lsn, inSync)),
    correct: ({ lsn }) => note(lsn, false),
    confirm: ({ lsn }) => note(lsn, true),
    count: ({ lsn }) => {
      waitsFrom = lsn;
      return Promise.resolve();
    },
    wait: async () => {
      await waitFor(primary, `FIRST 1 (${names.map((name) => `"${name}"`).join(', ')})`);
      say('[DB] Replicación síncrona: las escrituras esperan a la réplica');
    },
    release: async ({ lsn }) => {
      await note(lsn, false);
      await waitFor(primary, '');
      waitsFrom = never;
      if (wanted) say('[DB] ⚠ Réplica ausente: las escrituras ya no la esperan');
    },
  };
  while (follower.current() === primary && !signal.aborted) {
    const replica = await ask(primary, [waitsFrom, names]);
    const now = performance.now();
    if (replica.streaming) seenAt = now;
    const waiting = { wanted, inSync, counting: waitsFrom !== never, unseenMs: now - seenAt };
    await moves[nextMove(replica, waiting)](replica);
    await delay(wanted && !inSync && replica.streaming ? hastyTickMs : tickMs, undefined, { signal }).catch(
      () => undefined,
    );
  }
}

async function ask({ connection }: Primary, values: readonly unknown[]): Promise<Replica> {
  const { rows } = await connection.query('watch', question, values, answerMs);
  const [row] = rows;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    lsn: text(row?.['lsn']),
    names: text(row?.['names']),
    streaming: row?.['streaming'] === true,
    synchronous: row?.['synchronous'] === true,
    caughtUp: row?.['caughtUp'] === true,
  };
}

async function waitFor({ connection }: Primary, names: string): Promise<void> {
  await connection.query('watch', `ALTER SYSTEM SET synchronous_standby_names = '${names}'`, [], answerMs);
  await connection.query('watch', 'SELECT pg_reload_conf()', [], answerMs);
}
