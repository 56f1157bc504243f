import type { PrimaryRecord } from '../model/replication.ts';
import type { ClusterWish } from './database-cluster.ts';

/** What the two servers of a database have in common, beside the password of the database. */
export interface GroupMake {
  /** What starts a server, in the role that the record gives it. */
  readonly script: string;
  /** Role by which replicas log in. */
  readonly user: string;
  readonly password: string;
  /** Identifier of the database cluster: a server with other data never becomes the primary. */
  readonly systemIdentifier: string;
  /** Milliseconds after which a replica that its maker has not finished may be taken back by anybody. */
  readonly limitMs: number;
}

/**
 * The replica of a database as objects of a cluster. Its Secret has the record of who the primary is, which every server
 * is started with; the Services lead to roles. `name` is that of the database, `server` that of either server. Every
 * method rejects as those of DatabaseCluster do.
 */
export interface ClusterReplication {
  /** Throws USAGE for a name that is too long for a replica. */
  check(wish: ClusterWish): void;
  /**
   * Makes the Secret to which the two servers look; false when there is a replica. Throws LOCKED while one is being made
   * or removed, or the database is being upgraded, and CONFLICT for the Secret of something else.
   */
  claim(wish: ClusterWish, make: GroupMake, signal: AbortSignal): Promise<boolean>;
  /** Makes the objects of the replica's server as they should be. */
  apply(wish: ClusterWish, signal: AbortSignal): Promise<void>;
  /** Says that the replica is made, and both servers are one of two. */
  settle(name: string, signal: AbortSignal): Promise<void>;
  /** Says that the replica is to go; does nothing when there is none. */
  reopen(name: string, limitMs: number, signal: AbortSignal): Promise<void>;
  /** Whether the database's own server starts in the role that the record gives it. */
  isMember(name: string, signal: AbortSignal): Promise<boolean>;
  /** Removes all objects of the replica, its data too, and waits until they are gone. */
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** Who may be the primary; undefined without a replica. */
  record(server: string, signal: AbortSignal): Promise<PrimaryRecord | undefined>;
  /** Puts on record who may be the primary. Throws LOCKED while the replica is being made or removed. */
  writeRecord(server: string, record: PrimaryRecord, signal: AbortSignal): Promise<void>;
  /** Asks a member to copy the primary's data at its next start. */
  askForCopy(server: string, member: string, signal: AbortSignal): Promise<void>;
  /** Makes the Services of a database lead to who has the role by the record. */
  lead(server: string, signal: AbortSignal): Promise<void>;
  /** The same for all databases with a replica. */
  leadAll(signal: AbortSignal): Promise<void>;
}
