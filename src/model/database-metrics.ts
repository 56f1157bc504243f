/** How a project's database is doing. Sizes are bytes, times seconds unless said otherwise. */
export interface DatabaseMetrics {
  readonly projectId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly connections: ConnectionCounts;
  readonly sizeBytes: number;
  /** Blocks that were found in memory, of all that were asked for, 0 to 1; null before the first was. */
  readonly cacheHitRatio: number | null;
  /** Since the statistics were reset. */
  readonly commits: number;
  readonly rollbacks: number;
  readonly deadlocks: number;
  readonly commitsPerSecond: number;
  /** Commits and rollbacks. */
  readonly transactionsPerSecond: number;
  readonly replicas: number;
  /** Of the replica that is furthest behind; null without one. */
  readonly replicationLagSeconds: number | null;
  /** 100 is one full core. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly slowest: readonly SlowStatement[];
}

export interface ConnectionCounts {
  readonly total: number;
  readonly active: number;
  readonly idle: number;
  readonly idleInTransaction: number;
  readonly max: number;
}

/** A statement, with constants as `$1` where the server counts them together (pg_stat_statements). */
export interface SlowStatement {
  readonly statement: string;
  /** 0 for one that is running now, on a server that does not count. */
  readonly calls: number;
  /** Mean of all calls, or how long it has been running. */
  readonly milliseconds: number;
}
