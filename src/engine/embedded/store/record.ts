import type { HealthState, ObservedPort } from '../../../model/observed.ts';
import type { Healthcheck, RestartPolicy } from '../../../model/service.ts';
import type { ContainerSpec } from '../../engine.ts';
import { hasField } from './json-file.ts';

/** What was asked for; its name changes by a rename, nothing else. */
export interface ContainerRecord {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly imageId: string;
  readonly createdAt: string;
}

/** A process and the token that tells it from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly token: string;
}

/** What became of it. Times are ISO 8601. */
export interface ContainerStatus {
  readonly phase: 'created' | 'running' | 'restarting' | 'exited';
  readonly ports: readonly ObservedPort[];
  readonly health: HealthState;
  readonly healthLog: readonly { readonly exitCode: number; readonly output: string; readonly at: string }[];
  readonly restartCount: number;
  readonly process?: ProcessIdentity;
  readonly supervisor?: ProcessIdentity;
  readonly exitCode?: number;
  readonly error?: string;
  /** The kernel killed it because it needed more memory than its limit. */
  readonly oomKilled?: boolean;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/** Whether a container is to run, and how it is to be stopped. */
export type Wanted =
  { readonly state: 'running' } | { readonly state: 'stopped'; readonly timeoutMs: number };

export interface Owner {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Everything the supervisor needs to run a service again and again. */
export interface Launch {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly eventLog: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Bytes that it and its children may use, where the system allows a limit. */
  readonly memoryBytes?: number;
  /** User to run as; absent: the one who runs orq. */
  readonly owner?: Owner;
  readonly stopSignal: string;
  readonly stopGraceMs: number;
  readonly restart: RestartPolicy;
  readonly healthcheck?: Healthcheck;
  /** Environment of commands beside the service: its tools on the path, its address. */
  readonly tools: Readonly<Record<string, string>>;
  readonly log: { readonly maxBytes: number; readonly maxFiles: number };
  readonly ports: readonly ObservedPort[];
  /** Published ports that the service itself does not listen on, and where it does. */
  readonly forwards: readonly { readonly host: string; readonly port: number; readonly target: number }[];
  readonly postgres?: PostgresSetup;
}

/** How an empty data folder becomes a cluster. */
export interface PostgresSetup {
  readonly bin: string;
  readonly dataFolder: string;
  /** False: the data comes from another server. */
  readonly initialise: boolean;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly authMethod: string;
  readonly initdbArguments: string;
  readonly serverArguments: readonly string[];
  /** Scripts to run once, in order. */
  readonly scripts: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export const freshStatus: ContainerStatus = {
  phase: 'created',
  ports: [],
  health: 'none',
  healthLog: [],
  restartCount: 0,
};

export function isRecord(value: unknown): value is ContainerRecord {
  return hasField(value, 'id', 'string') && hasField(value, 'spec', 'object');
}

export function isStatus(value: unknown): value is ContainerStatus {
  return hasField(value, 'phase', 'string') && hasField(value, 'ports', 'object');
}

export function isLaunch(value: unknown): value is Launch {
  return hasField(value, 'id', 'string') && hasField(value, 'argv', 'object');
}

export function isWanted(value: unknown): value is Wanted {
  return hasField(value, 'state', 'string');
}

export function isIdentity(value: unknown): value is ProcessIdentity {
  return hasField(value, 'pid', 'number') && hasField(value, 'token', 'string');
}
