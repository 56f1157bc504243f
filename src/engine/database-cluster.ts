import type { ClusterReplication } from './cluster-replication.ts';

export type { GroupMake } from './cluster-replication.ts';

/** Whether CloudNativePG makes a database: where its definition is installed, always, or never. */
export const operatorWords = ['auto', 'cnpg', 'none'] as const;
export type OperatorWord = (typeof operatorWords)[number];

/** A database for a cluster to make: every choice made, but for who makes it. */
export interface ClusterWish {
  readonly projectId: string;
  /** Name of all its objects, e.g. `sovrabase-db-shop`. */
  readonly name: string;
  /** Name of the Secret to which they belong: the same, but for a server beside. */
  readonly owner: string;
  /** Name of the claim for its data. */
  readonly claim: string;
  /** The claim that an upgrade fills, for what only that upgrade may change. */
  readonly upgrade?: string;
  /** It becomes one of two servers, whose other one is not settled yet. */
  readonly joins?: boolean;
  /** CloudNativePG: how many servers; as many as there are when absent. */
  readonly instances?: number;
  /** Tag of the official image, e.g. `17-alpine`. */
  readonly version: string;
  /** Image for a StatefulSet, and the one for CloudNativePG. */
  readonly image: string;
  readonly operatorImage: string;
  readonly user: string;
  readonly database: string;
  readonly password: string;
  /** As they were asked for, '' without a limit. */
  readonly memory: string;
  readonly cpus: string;
  readonly memoryBytes: number | undefined;
  readonly storageBytes: number;
  readonly storage: string;
  /** The cluster's default class when absent. */
  readonly storageClass: string | undefined;
  readonly operator: OperatorWord;
  /** Milliseconds after which a database that its maker has not finished may be taken back by anybody. */
  readonly limitMs: number;
}

/** What a server of a cluster is known by. */
export type ServerRef = Pick<ClusterWish, 'name' | 'owner' | 'claim' | 'upgrade'>;

/** A database that somebody is making, or has given up. */
export interface UnfinishedDatabase {
  readonly projectId: string;
  /** All of it, or the replica of one that serves. */
  readonly part: 'database' | 'replica';
  /** Its maker has had all the time it asked for. */
  readonly overdue: boolean;
}

/** What an upgrade changes of a server. */
export interface ServerMake {
  readonly version: string;
  readonly image: string;
  readonly claim: string;
}

/** An upgrade that is under way, on record in the cluster for all machines. */
export interface UpgradeRecord {
  /** ISO 8601. */
  readonly since: string;
  readonly from: ServerMake;
  readonly to: ServerMake;
}

/** The steps by which the data of a database moves to another claim. */
export interface ClusterUpgrades {
  /** Puts an upgrade on record. Throws LOCKED when there is one. */
  begin(name: string, record: UpgradeRecord, signal: AbortSignal): Promise<void>;
  /** The upgrade that is on record. */
  read(name: string, signal: AbortSignal): Promise<UpgradeRecord | undefined>;
  /** Makes the claim of a wish. */
  claim(wish: ClusterWish, signal: AbortSignal): Promise<void>;
  /** Starts a server beside, to which no Service leads. */
  start(wish: ClusterWish, signal: AbortSignal): Promise<void>;
  /** Stops a server, and waits until its Pod is gone; its data stays. */
  stop(server: ServerRef, signal: AbortSignal): Promise<void>;
  /** Removes the data that the server of a wish was to have, once it is stopped. */
  discard(wish: ClusterWish, signal: AbortSignal): Promise<void>;
  /** The claim that a server is made with, undefined when there is no server. */
  claimOf(name: string, signal: AbortSignal): Promise<string | undefined>;
  /** Says what the database is made of from now on. */
  choose(name: string, make: ServerMake, signal: AbortSignal): Promise<void>;
  /** Takes the upgrade off the record. */
  end(name: string, signal: AbortSignal): Promise<void>;
}

/** A port of this machine that leads to a container. */
export interface Forward {
  readonly host: string;
  readonly port: number;
}

/**
 * Databases as the objects of a cluster. Every method rejects with an OrqError (ENGINE_*, CONFLICT, QUOTA_EXCEEDED,
 * POLICY_REFUSED), or with the reason of its signal when aborted.
 */
export interface DatabaseCluster {
  readonly namespace: string;
  /** A word for the server and the namespace, by which this machine keeps its notes apart. */
  readonly key: string;
  /** Host name of a database for Pods of the cluster. */
  hostOf(name: string): string;
  /** Throws ENGINE_UNSUPPORTED when CloudNativePG is asked for and is not there, USAGE for a name that is too long. */
  check(wish: ClusterWish, signal: AbortSignal): Promise<void>;
  /** Makes the Secret to which all else belongs; false when the database is there or is being made. */
  claim(wish: ClusterWish, signal: AbortSignal): Promise<boolean>;
  /**
   * Makes all objects of a claimed database as they should be. Throws CONFLICT, which names the fields of others, and
   * LOCKED while it is being upgraded.
   */
  apply(wish: ClusterWish, signal: AbortSignal): Promise<void>;
  /** Waits until its Pod is ready. Throws DATABASE_NOT_STARTED with what Pod and events say. */
  waitUntilReady(
    name: string,
    options: { readonly limitMs: number; readonly signal: AbortSignal },
  ): Promise<void>;
  /** Says in the cluster that the database is made. */
  settle(name: string, signal: AbortSignal): Promise<void>;
  /** Throws ENGINE_PERMISSION when `remove` could not come to its end. */
  checkRemoval(name: string, signal: AbortSignal): Promise<void>;
  /** Removes all objects of a database, its data and its replica too, and waits until they are gone; what is not ours stays. */
  remove(name: string, signal?: AbortSignal): Promise<void>;
  /** Waits until its Pod runs, perhaps not ready yet. Throws DATABASE_NOT_STARTED as well. */
  waitUntilStarted(
    name: string,
    options: { readonly limitMs: number; readonly signal: AbortSignal },
  ): Promise<void>;
  readonly upgrades: ClusterUpgrades;
  readonly replication: ClusterReplication;
  /** Databases and replicas that were claimed and are not settled. */
  unfinished(signal: AbortSignal): Promise<readonly UnfinishedDatabase[]>;
  /** Opens a way from this machine to a database, on a free port when none is given. Lasts until `close` of the engine. */
  forward(name: string, options: { readonly port?: number; readonly signal?: AbortSignal }): Promise<Forward>;
}
