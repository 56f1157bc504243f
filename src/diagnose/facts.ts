import type { ContainerDetails, EngineInfo } from '../model/observed.ts';
import type { FieldChange } from '../model/plan.ts';
import type { Project } from '../model/project.ts';
import type { Mount, PortMapping, Service } from '../model/service.ts';
import type { OrqError } from '../model/errors.ts';
import type { LockHolder } from '../model/events.ts';

/** Everything that the checks saw; the only thing that rules may look at. Sizes are bytes, durations milliseconds. */
export interface Facts {
  readonly project: Project;
  readonly engine: EngineFacts;
  readonly machine: MachineFacts;
  /** By service name; empty when the engine did not answer. */
  readonly services: Readonly<Record<string, ServiceFacts>>;
  /** Names of the project's networks that exist. */
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly orphans: readonly string[];
  /** Containers that an interrupted replacement left behind. */
  readonly leftovers: readonly string[];
  /** Containers that carry the project's name and belong to another folder. */
  readonly strangers: readonly { readonly name: string; readonly folder: string }[];
  /** Networks that are missing because others have their addresses. */
  readonly overlaps: readonly NetworkOverlap[];
  /** The step at which the last `up` failed. */
  readonly lastFailure?: { readonly subject: string; readonly code: string; readonly message: string };
  /** A lock file whose holder is gone. */
  readonly deadLock?: LockHolder;
}

export type EngineFacts =
  | {
      readonly answered: true;
      readonly info: EngineInfo;
      readonly clockSkewMs: number;
      readonly disk?: DiskFacts;
    }
  | { readonly answered: false; readonly error: OrqError };

export interface NetworkOverlap {
  readonly name: string;
  readonly subnet: string;
  readonly other: string;
  readonly otherSubnet: string;
}

export interface DiskFacts {
  readonly path: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface MachineFacts {
  readonly availableMemoryBytes: number;
  readonly totalMemoryBytes: number;
  /** The disk of the project folder. */
  readonly disk?: DiskFacts;
}

export interface ServiceFacts {
  readonly service: Service;
  readonly containers: readonly ContainerFacts[];
  readonly image: { readonly present: boolean; readonly id?: string };
  /** Published ports that something else holds. */
  readonly heldPorts: readonly HeldPort[];
  /** Bind mounts whose source is not there. */
  readonly missingBinds: readonly Extract<Mount, { kind: 'bind' }>[];
  /** A container that has the name of the service's own and was not made for this project. */
  readonly nameHolder?: { readonly name: string; readonly project?: string };
  /** Space on the volumes of a running database. */
  readonly volumeDisks: readonly DiskFacts[];
  /** Differences between the first container and the files. */
  readonly drift: readonly FieldChange[];
  /** A one-shot is not expected to run. */
  readonly oneShot: boolean;
  readonly probe?: { readonly ok: boolean; readonly detail: string; readonly durationMs: number };
  readonly postgres?: PostgresFacts;
  readonly redis?: RedisFacts;
  readonly http?: HttpFacts;
  /** Of its data; absent when it was never backed up. */
  readonly newestBackup?: BackupFacts;
}

export interface BackupFacts {
  readonly file: string;
  readonly ageMs: number;
  /** How far it was proven. */
  readonly proof: 'none' | 'read' | 'restored' | 'damaged';
}

export interface ContainerFacts {
  readonly details: ContainerDetails;
  readonly lastLogs: readonly string[];
  /** Since its last start. */
  readonly aliveMs?: number;
  readonly memoryShare?: number;
}

export interface HeldPort {
  readonly mapping: PortMapping;
  readonly holder: string;
  readonly command: string;
}

export type PostgresFacts =
  | { readonly reached: false; readonly sqlState?: string; readonly message: string }
  | {
      readonly reached: true;
      readonly inRecovery: boolean;
      /** Of a replica: connected to its primary. */
      readonly receiving: boolean;
      readonly replayPaused: boolean;
      /** Received by a replica and not replayed yet. */
      readonly replayLagBytes: number;
      /** Of a replica that does not get on with what it has received: age of the newest change that it shows. */
      readonly replayBehindMs?: number;
      readonly readOnly: boolean;
      readonly connections: number;
      readonly maxConnections: number;
      readonly reservedConnections: number;
      readonly blocked: readonly SessionFacts[];
      readonly idleInTransaction: readonly SessionFacts[];
      readonly longQueries: readonly SessionFacts[];
      readonly slots: readonly {
        readonly name: string;
        readonly active: boolean;
        readonly retainedBytes: number;
      }[];
      readonly transactionAge: number;
      readonly dangerousSettings: readonly { readonly name: string; readonly value: string }[];
      readonly pendingMigrations: readonly string[];
      readonly changedMigrations: readonly string[];
      /** What the migrations made and the database no longer has. */
      readonly missing: readonly string[];
      readonly unenforced: readonly string[];
      /** Why a read or a rolled-back write of a table failed. */
      readonly failedTables: readonly { readonly table: string; readonly message: string }[];
      readonly preparedTransactions: number;
    };

export interface SessionFacts {
  readonly pid: number;
  readonly application: string;
  readonly seconds: number;
  readonly query: string;
  /** Process that holds what a blocked session waits for. */
  readonly blockedBy?: number;
}

export type RedisFacts =
  | { readonly reached: false; readonly message: string }
  | {
      readonly reached: true;
      readonly loading: boolean;
      readonly role: string;
      readonly usedMemory: number;
      readonly maxMemory: number;
      readonly evictionPolicy: string;
      readonly lastSaveFailed: boolean;
      readonly appendFailed: boolean;
      readonly stopsWritesOnSaveError: boolean;
      readonly linkUp: boolean;
      readonly clients: number;
      readonly maxClients: number;
    };

export type HttpFacts =
  | { readonly answered: false; readonly message: string }
  | { readonly answered: true; readonly status: number; readonly durationMs: number; readonly body: string };
