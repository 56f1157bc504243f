/** A copy of a database inside its server. */
export interface Snapshot {
  readonly database: string;
  readonly name: string;
  /** When it was taken, ISO 8601. */
  readonly at: string;
  readonly bytes: number;
}

export interface SnapshotSaved {
  readonly service: string;
  readonly database: string;
  readonly name: string;
  readonly bytes: number;
  /** Sessions that had to end for it. */
  readonly ended: number;
  readonly durationMs: number;
}

export interface SnapshotRestored {
  readonly service: string;
  readonly database: string;
  readonly name: string;
  /** Name under which the database from before is kept. */
  readonly kept: string;
  readonly swapMs: number;
  readonly durationMs: number;
}
