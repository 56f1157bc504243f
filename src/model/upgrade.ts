/** A database whose rows were counted before and after. */
export interface MovedDatabase {
  readonly database: string;
  readonly tables: number;
  readonly rows: number;
  /** Archive from which it was moved. */
  readonly backup: string;
}

/** What an upgrade did. */
export interface UpgradeReport {
  readonly projectId: string;
  /** Major versions. */
  readonly from: number;
  readonly to: number;
  /** False when it was of that major already. */
  readonly upgraded: boolean;
  readonly databases: readonly MovedDatabase[];
  /** Volume with the data from before; null when nothing was done. */
  readonly keptVolume: string | null;
  /** Milliseconds in which nobody could connect. */
  readonly downtimeMs: number;
  readonly durationMs: number;
}
