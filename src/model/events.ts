import type { OrqError } from './errors.ts';
import type { Plan, Step } from './plan.ts';

/** Who holds the lock of a project folder. */
export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  readonly since: string;
}

/** What operations tell while they run; outputs turn it into text or JSON. Durations are milliseconds. */
export type OrqEvent =
  | { readonly type: 'lock-waiting'; readonly holder: LockHolder }
  | { readonly type: 'planned'; readonly plan: Plan }
  | { readonly type: 'step-started'; readonly step: Step }
  | {
      readonly type: 'step-progress';
      readonly step: Step;
      readonly text: string;
      readonly current?: number;
      readonly total?: number;
    }
  | { readonly type: 'step-done'; readonly step: Step; readonly durationMs: number; readonly text?: string }
  | {
      readonly type: 'step-failed';
      readonly step: Step;
      readonly error: OrqError;
      readonly durationMs: number;
    }
  | {
      /** Bytes on their way, for backups and restores. */
      readonly type: 'transfer';
      readonly subject: string;
      readonly doing: 'dumping' | 'checking' | 'loading';
      readonly bytes: number;
      /** Bytes that are expected in all, when that can be told. */
      readonly total?: number;
      readonly elapsedMs: number;
      readonly done: boolean;
    }
  | { readonly type: 'rolled-back'; readonly text: string }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'warning'; readonly text: string };

export type Emit = (event: OrqEvent) => void;
