import type { ContainerState, EngineKind, HealthState } from './observed.ts';
import type { Mode } from './project.ts';
import type { Finding } from './finding.ts';
import type { Step } from './plan.ts';

/** One container (or missing container) of a service, as a person wants to see it. */
export interface ServiceStatus {
  readonly service: string;
  readonly container?: string;
  readonly state: ContainerState | 'missing' | 'unsupported';
  readonly health: HealthState;
  /** Running and healthy, or a one-shot that ended with 0. */
  readonly ready: boolean;
  /** e.g. `5433→5432/tcp`. */
  readonly ports: readonly string[];
  readonly url?: string;
  /** One phrase: uptime, exit code, what the probe said. */
  readonly detail: string;
}

export interface StepResult {
  readonly step: Step;
  readonly outcome: 'done' | 'failed' | 'skipped';
  readonly durationMs: number;
}

export interface EnvironmentRef {
  readonly project: string;
  readonly profile?: string;
  readonly mode: Mode;
  readonly engine: EngineKind;
}

export interface UpReport extends EnvironmentRef {
  readonly changed: boolean;
  readonly steps: readonly StepResult[];
  readonly services: readonly ServiceStatus[];
  readonly warnings: readonly string[];
  readonly durationMs: number;
}

export interface DownReport extends EnvironmentRef {
  readonly changed: boolean;
  readonly steps: readonly StepResult[];
  readonly warnings: readonly string[];
  readonly durationMs: number;
}

export interface StatusReport extends EnvironmentRef {
  readonly services: readonly ServiceStatus[];
  /** Containers of the project whose service is not in the files. */
  readonly orphans: readonly string[];
}

/** Why a service failed: everything a person needs without running another command. */
export interface FailureCard {
  readonly service: string;
  readonly container?: string;
  readonly state: string;
  readonly exitCode?: number;
  readonly oomKilled: boolean;
  readonly restarts: number;
  readonly lastProbe?: string;
  readonly lastLogs: readonly string[];
  /** Services that could not start because of this one. */
  readonly blocks: readonly string[];
  readonly nextCommand: string;
}

/** One service in a diagnosis. */
export interface DiagnosedService extends ServiceStatus {
  /** Whether its protocol answered; absent when it has none that orq speaks. */
  readonly connectivity?: { readonly ok: boolean; readonly detail: string; readonly durationMs: number };
}

export interface DiagnosisReport {
  readonly project: string;
  readonly profile?: string;
  readonly mode: Mode;
  /** Absent when no engine answered. */
  readonly engine?: EngineKind;
  readonly takenAt: string;
  readonly composeFiles: readonly string[];
  readonly services: readonly DiagnosedService[];
  /** Causes first. */
  readonly findings: readonly Finding[];
  readonly summary: {
    readonly healthy: number;
    readonly running: number;
    readonly total: number;
    readonly errors: number;
    readonly warnings: number;
    /** No finding of severity error. */
    readonly operational: boolean;
  };
  /** What differs from the last time everything was healthy, one line each; absent when that is not known. */
  readonly changedSinceHealthy?: readonly string[];
  readonly durationMs: number;
}
