import type { EnvironmentRef } from './reports.ts';

/** One table (or partition) and how many rows the dump holds of it. */
export interface TableRows {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
  /** The partitioned table that it is a part of; null for a table of its own. */
  readonly root: { readonly schema: string; readonly name: string } | null;
}

/** Where a sequence stands. */
export interface SequenceState {
  readonly schema: string;
  readonly name: string;
  /** As text: it may be larger than a double can hold. */
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** What a database is, read in one snapshot. */
export interface DatabaseFacts {
  readonly database: string;
  readonly owner: string;
  /** e.g. 170004. */
  readonly serverVersionNum: number;
  readonly systemIdentifier: string;
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  /** `c` libc, `i` ICU, `b` builtin. */
  readonly localeProvider: string;
  /** ICU or builtin locale; null for libc. */
  readonly locale: string | null;
  /** Collation rules beyond the locale, ICU only. */
  readonly localeRules: string | null;
  /** Where the database lies unless something in it says otherwise; null for the server's default. */
  readonly tablespace: string | null;
  /** Access rights of the database itself as aclitems; null means the defaults. */
  readonly acl: readonly string[] | null;
  /** `name=value` of ALTER DATABASE … SET. */
  readonly settings: readonly string[];
  /** The same of ALTER ROLE … IN DATABASE … SET. */
  readonly roleSettings: readonly { readonly role: string; readonly setting: string }[];
  /** COMMENT ON DATABASE. */
  readonly comment: string | null;
  /** Sessions that are let in at once; -1 means no limit. */
  readonly connectionLimit: number;
  readonly isTemplate: boolean;
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  /** Roles that own something in the database or have rights there. */
  readonly roles: readonly string[];
  /** Other tablespaces that something in the database lies in. */
  readonly tablespaces: readonly string[];
  readonly largeObjects: number;
  readonly sequences: readonly SequenceState[];
  readonly tables: readonly TableRows[];
  /** Bytes on the server's disk. */
  readonly sizeBytes: number;
}

/** A file inside an archive, as it was when it was written. */
export interface ArchivedFile {
  readonly name: string;
  readonly bytes: number;
  /** Eight hexadecimal digits. */
  readonly crc32: string;
  readonly sha256: string;
}

/** What a backup was made for; safety backups carry the name of what they were made before. */
export type BackupReason =
  | 'manual'
  | 'scheduled'
  | 'down'
  | 'pre-restore'
  | 'pre-regenerate'
  | 'pre-clean'
  | 'pre-volumes'
  | 'pre-drop'
  | 'pre-delete'
  | 'pre-upgrade';

/** What the manifest of every backup says. */
interface ManifestHead {
  readonly formatVersion: 1;
  /** Grows by one with each backup of the folder: order does not depend on clocks. */
  readonly seq: number;
  /** Given by --name; null for an unnamed one. */
  readonly name: string | null;
  readonly reason: BackupReason;
  readonly project: string;
  readonly service: string;
  readonly startedAt: string;
  readonly completedAt: string;
  readonly entries: readonly ArchivedFile[];
  /** A word that is another one when something was written since; null where the server does not tell. */
  readonly changes: string | null;
}

/** manifest.json of a backup of PostgreSQL. */
export interface Manifest extends DatabaseFacts, ManifestHead {
  readonly kind: 'postgres';
  readonly pgDumpVersion: string;
}

/** manifest.json of a backup of Redis. */
export interface RedisManifest extends ManifestHead {
  readonly kind: 'redis';
  readonly serverVersion: string;
  /** In all databases of the server, a moment after the copy was taken. */
  readonly keys: number;
}

export type AnyManifest = Manifest | RedisManifest;

/** How far a backup was proven: its files re-read and counted, or restored and counted. */
export type ProofLevel = 'read' | 'restored';

/** What is known about the last check of a backup file. */
export interface Proof {
  readonly file: string;
  /** As in its manifest: a damaged file is still known by them. */
  readonly project: string;
  readonly service: string;
  readonly seq: number;
  /** `damaged` when its bytes were found changed since. */
  readonly level: ProofLevel | 'damaged';
  readonly at: string;
  /** Of the whole archive file, when it was last sound. */
  readonly sha256: string;
}

/** A backup as a list shows it. */
export interface BackupSummary {
  readonly file: string;
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: string;
  /** Absent when the file is no backup of ours or is damaged at its end. */
  readonly manifest?: AnyManifest;
  readonly proof?: Proof;
}

/** What a backup holds: tables and rows, or keys. */
export type BackupContent =
  | { readonly kind: 'postgres'; readonly tables: number; readonly rows: number }
  | { readonly kind: 'redis'; readonly keys: number };

export interface BackupResult extends EnvironmentRef {
  readonly service: string;
  /** Empty for a whole server of Redis. */
  readonly database: string;
  readonly file: string;
  readonly bytes: number;
  readonly dumpBytes: number;
  readonly content: BackupContent;
  /** Files that retention removed after this backup. */
  readonly removed: readonly string[];
  readonly durationMs: number;
}

export interface VerifyResult {
  readonly file: string;
  readonly level: ProofLevel;
  readonly content: BackupContent;
  readonly durationMs: number;
}

/** A table as it is now and as it was in the backup; null where it does not exist. */
export interface TableComparison {
  readonly table: string;
  readonly now: number | null;
  readonly backup: number | null;
}

export interface RestorePlan {
  readonly file: string;
  readonly service: string;
  readonly database: string;
  readonly takenAt: string | null;
  /** Bytes of the database on disk: now (null where the server does not say), and when the backup was taken. */
  readonly size: { readonly now: number | null; readonly backup: number | null };
  readonly tables: readonly TableComparison[];
  readonly notes: readonly string[];
}

export interface RestoreResult {
  readonly file: string;
  readonly service: string;
  readonly database: string;
  /** The database from before, kept under this name; null when nothing was replaced. */
  readonly kept: string | null;
  /** File of the safety backup; null when none was taken. */
  readonly safety: string | null;
  readonly content: BackupContent;
  readonly swapMs: number;
  readonly durationMs: number;
}

/** Databases that changed their names, backups that were restored, or a project's database that was made anew. */
export type UndoResult =
  | {
      readonly kind: 'swapped';
      readonly service: string;
      readonly database: string;
      /** The kept database that is in place again. */
      readonly restored: string;
      /** Where the one from just now is kept: undoing again brings it back. */
      readonly kept: string;
      readonly swapMs: number;
    }
  | { readonly kind: 'restored'; readonly command: string; readonly restored: readonly RestoreResult[] }
  | {
      readonly kind: 'recreated';
      readonly command: string;
      readonly projectId: string;
      readonly port: number;
      /** Null when the database held nothing. */
      readonly restored: RestoreResult | null;
    };
