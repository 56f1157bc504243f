import type { ContainerState } from './observed.ts';
import type { EnvironmentRef } from './reports.ts';

/** What one PostgreSQL of a replication group says about itself. LSNs as PostgreSQL writes them: `0/3052ED0`. */
export interface ServerFacts {
  readonly recovering: boolean;
  readonly systemIdentifier: string;
  readonly timeline: number;
  /** Written (primary) or received (replica). */
  readonly lsn: string;
  /** Replayed; of a primary the same as `lsn`. */
  readonly replayLsn: string;
  /** Seconds since the last transaction it replayed, 0 when it has replayed all it received. */
  readonly replayAgeSeconds: number;
  /** A replica that is connected to its primary. */
  readonly receiving: boolean;
  readonly synchronousNames: string;
  readonly replayPaused: boolean;
  /** Who receives from it. */
  readonly receivers: readonly Receiver[];
  readonly slots: readonly Slot[];
}

/** One row of pg_stat_replication. */
export interface Receiver {
  readonly name: string;
  readonly state: string;
  readonly syncState: string;
  readonly flushLsn: string;
  readonly replayLsn: string;
  readonly lagSeconds: number;
}

export interface Slot {
  readonly name: string;
  readonly active: boolean;
  readonly walStatus: string;
  /** WAL that the server keeps for it. */
  readonly retainedBytes: number;
}

/** A PostgreSQL of a group, as found. */
export interface Member {
  readonly service: string;
  readonly container?: { readonly id: string; readonly name: string; readonly state: ContainerState };
  /** Absent when it did not answer. */
  readonly facts?: ServerFacts;
  /** Why it did not answer. */
  readonly silence?: string;
}

/** Who may be the primary, and on which timeline. */
export interface PrimaryRecord {
  readonly name: string;
  readonly timeline: number;
}

/** What is known of how far the replica has what the primary answered for. */
export interface SafetyRecord {
  readonly primary: string;
  readonly timeline: number;
  readonly inSync: boolean;
  /** Where the primary was when it was last seen. */
  readonly lsn: string;
  readonly at: string;
}

/** A replication group, as found. */
export interface Group {
  readonly members: readonly Member[];
  readonly record?: PrimaryRecord;
  readonly safety?: SafetyRecord;
}

/** One line of `orq replication status`. */
export interface MemberStatus {
  readonly service: string;
  readonly state: ContainerState | 'missing';
  readonly role: 'primary' | 'replica' | 'unknown';
  readonly timeline?: number;
  readonly lsn?: string;
  readonly lagBytes?: number;
  readonly lagSeconds?: number;
  /** `streaming`, `catchup`, … as the primary sees it; `detached` for a replica that the primary does not know. */
  readonly replication?: string;
  readonly syncState?: string;
  readonly slot?: Slot;
  readonly detail: string;
}

export interface ReplicationReport extends EnvironmentRef {
  readonly members: readonly MemberStatus[];
  readonly record?: PrimaryRecord;
  /** Everything that was answered is on the replica too: a failover now would lose nothing. */
  readonly inSync: boolean;
  /** One primary, every other member streaming from it. */
  readonly healthy: boolean;
}

/** What a failover might lose. */
export type PossibleLoss =
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'bytes'; readonly bytes: number; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** A change of the primary that was decided on and not yet begun. */
export interface FailoverPlan {
  readonly kind: 'failover' | 'switchover';
  readonly from: string;
  readonly to: string;
  /** Of the new primary. */
  readonly timeline: number;
  readonly loss: PossibleLoss;
  /** An earlier run was interrupted after it had decided. */
  readonly resumes: boolean;
  /** One line each. */
  readonly steps: readonly string[];
}

/** Rows of a table before and after. */
export interface TableCount {
  readonly table: string;
  readonly before: number;
  readonly after: number;
}

export interface FailoverReport extends EnvironmentRef {
  readonly plan: FailoverPlan;
  readonly timeline: number;
  readonly counts: readonly TableCount[];
  /** Services that have been seen at the new primary. */
  readonly followed: readonly string[];
  /** Phase → milliseconds. */
  readonly phases: Readonly<Record<string, number>>;
  readonly durationMs: number;
}

/** What a rejoin would do. */
export interface RejoinPlan {
  readonly service: string;
  readonly primary: string;
  /** False for a server that follows already. */
  readonly changes: boolean;
}

export interface RejoinReport extends EnvironmentRef {
  readonly service: string;
  readonly primary: string;
  readonly how: 'was streaming already' | 'followed' | 'rewound' | 'copied anew';
  readonly inSync: boolean;
  readonly durationMs: number;
}

/** Bytes between two positions in the write-ahead log, never negative. */
export function lsnDistance(from: string, to: string): number {
  return Math.max(0, lsnNumber(to) - lsnNumber(from));
}

/** Position as a number; exact below 2^53. */
function lsnNumber(lsn: string): number {
  const [high = '0', low = '0'] = lsn.split('/');
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}

/** Name of the slot of a member of a group: PostgreSQL allows lower-case letters, digits and underscores. */
export function slotNameOf(member: string): string {
  return member.replaceAll('-', '_');
}
