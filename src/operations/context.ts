import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import type { Emit, LockHolder } from '../model/events.ts';
import type { Project } from '../model/project.ts';
import type { EnvironmentRef } from '../model/reports.ts';
import { defined } from '../model/defined.ts';

/** What every operation is given first. */
export interface OperationContext {
  readonly engine: Engine;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Words of the command, for the lock. */
  readonly command: string;
}

/** Folder `.orq` of a project: beside `compose/` for a profile, beside the Compose file otherwise. */
export function stateDirectory(project: Project): string {
  return project.profile === undefined
    ? join(project.directory, '.orq')
    : join(project.directory, '..', '..', '.orq');
}

/** Head of every report. */
export function environmentRef({ name, profile, mode }: Project, { kind }: Engine): EnvironmentRef {
  return { project: name, mode, engine: kind, ...defined({ profile }) };
}

/** How an operation takes the project lock: it says for whom it waits. */
export function lockOptions(
  { command, signal, emit }: OperationContext,
  waitMs: number,
): {
  readonly command: string;
  readonly signal: AbortSignal;
  readonly waitMs: number;
  readonly onWaiting: (holder: LockHolder) => void;
} {
  return { command, signal, waitMs, onWaiting: (holder) => emit({ type: 'lock-waiting', holder }) };
}
