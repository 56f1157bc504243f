import { childOf } from '../model/abort.ts';
import type { Engine } from '../engine/engine.ts';
import { watchContainers } from '../health/container-watch.ts';
import type { OrqError } from '../model/errors.ts';
import type { Emit } from '../model/events.ts';
import type { Plan } from '../model/plan.ts';
import type { FailureCard, StepResult } from '../model/reports.ts';
import type { Wish, World } from '../plan/wish.ts';
import { failureCard } from './failure-card.ts';
import { performStep } from './perform-step.ts';
import { settleReplaced, removeUnfinished } from './rollback.ts';
import { replicaKey, type RunState, runState } from './run-state.ts';
import { type StepFailure, walkPlan } from './walk-plan.ts';

export interface ApplyContext {
  readonly engine: Engine;
  readonly wish: Wish;
  readonly world: World;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** `performance.now()` after which waits fail. */
  readonly deadline: number;
}

export interface ApplyResult {
  readonly results: readonly StepResult[];
  readonly errors: readonly OrqError[];
  readonly cards: readonly FailureCard[];
}

/**
 * Does a plan. On failure the evidence is gathered first, then what was replaced is put back; on abort what is
 * unfinished is removed. Throws the signal's reason after an abort, nothing else.
 */
export async function applyPlan(plan: Plan, context: ApplyContext): Promise<ApplyResult> {
  if (plan.steps.length === 0) return { results: [], errors: [], cards: [] };
  const state = runState(context.world);
  const finished = childOf(context.signal);
  const watch = watchContainers(context.engine, plan.project, finished.signal);
  try {
    const perform = { ...context, watch, state };
    const { results, failures } = await walkPlan(plan, {
      emit: context.emit,
      signal: context.signal,
      perform: (step) => performStep(step, perform),
    });
    const cards = context.signal.aborted ? [] : await gatherCards(failures, context, state);
    await undo(plan, context, { state, failed: failures.length > 0 });
    context.signal.throwIfAborted();
    return { results, errors: failures.map(({ error }) => error), cards };
  } finally {
    finished.abort();
    finished.release();
  }
}

async function undo(
  plan: Plan,
  context: ApplyContext,
  { state, failed }: { readonly state: RunState; readonly failed: boolean },
): Promise<void> {
  if (!failed && !context.signal.aborted) return;
  const rollback = { ...context, project: context.wish.project, plan, state };
  await settleReplaced(rollback);
  if (context.signal.aborted) await removeUnfinished(rollback);
}

function gatherCards(
  failures: readonly StepFailure[],
  { engine, wish }: ApplyContext,
  state: RunState,
): Promise<readonly FailureCard[]> {
  return Promise.all(
    failures.flatMap(({ step, error }) => {
      const { action } = step;
      if (!('service' in action)) return [];
      const containerId = 'containerId' in action ? action.containerId : undefined;
      const created =
        state.created.get(replicaKey(action.service, 1)) ?? containerId ?? existing(state, action.service);
      return [failureCard({ engine, project: wish.project, service: action.service, error }, created)];
    }),
  );
}

function existing({ world }: RunState, service: string): string | undefined {
  return world.containers.find(({ labels }) => labels['com.docker.compose.service'] === service)?.id;
}
