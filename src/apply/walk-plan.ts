import { isOrqError, OrqError } from '../model/errors.ts';
import type { Emit } from '../model/events.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { StepResult } from '../model/reports.ts';

export interface StepFailure {
  readonly step: Step;
  readonly error: OrqError;
}

export interface WalkResult {
  readonly results: readonly StepResult[];
  readonly failures: readonly StepFailure[];
}

export interface WalkContext {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Does one step; returns a phrase about it, if there is something to say. */
  readonly perform: (step: Step) => Promise<string | undefined>;
}

/**
 * Does the steps of a plan, each as soon as those it comes after are done. A failed step skips what comes after it and
 * nothing else; an abort lets no further step begin. Decides nothing.
 */
export async function walkPlan(plan: Plan, context: WalkContext): Promise<WalkResult> {
  const failures: StepFailure[] = [];
  const outcomes = new Map<number, Promise<StepResult>>();
  for (const step of plan.steps) {
    const predecessors = step.after.map((number) => outcomes.get(number));
    outcomes.set(step.number, settle(step, predecessors, { ...context, failures }));
  }
  const results = await Promise.all(outcomes.values());
  return { results, failures };
}

async function settle(
  step: Step,
  predecessors: readonly (Promise<StepResult> | undefined)[],
  context: WalkContext & { readonly failures: StepFailure[] },
): Promise<StepResult> {
  const before = await Promise.all(predecessors);
  const blocked = before.some((result) => result !== undefined && result.outcome !== 'done');
  if (blocked || context.signal.aborted) return { step, outcome: 'skipped', durationMs: 0 };
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  context.emit({ type: 'step-started', step });
  try {
    const text = await context.perform(step);
    const durationMs = elapsed();
    context.emit({ type: 'step-done', step, durationMs, ...(text === undefined ? {} : { text }) });
    return { step, outcome: 'done', durationMs };
  } catch (thrown) {
    const error = asOrqError(thrown, context.signal);
    context.failures.push({ step, error });
    context.emit({ type: 'step-failed', step, error, durationMs: elapsed() });
    return { step, outcome: 'failed', durationMs: elapsed() };
  }
}

function asOrqError(thrown: unknown, signal: AbortSignal): OrqError {
  if (isOrqError(thrown)) return thrown;
  if (signal.aborted) return new OrqError({ code: 'CANCELLED', message: 'Interrupted.' });
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new OrqError({ code: 'BUG', message: 'orq itself failed.', detail: message, cause: thrown });
}
