import { applyPlan } from '../apply/apply-plan.ts';
import { emptyWorld } from '../plan/empty-world.ts';
import { planPull } from '../plan/plan-pull.ts';
import type { Wish } from '../plan/wish.ts';
import type { OperationContext } from './context.ts';
import type { UpRequest } from './up.ts';
import { upFailure } from './up-failure.ts';

/** Pulls images that have to be looked for again: all with `pull`, else those of `pull_policy: always`. */
export async function pullImages(context: OperationContext, wish: Wish, request: UpRequest): Promise<void> {
  const plan = planPull(wish, { all: request.pull === true });
  if (plan.steps.length === 0) return;
  context.emit({ type: 'planned', plan });
  const deadline = performance.now() + request.timeoutMs;
  const applied = await applyPlan(plan, { ...context, wish, world: emptyWorld, deadline });
  if (applied.errors.length > 0) throw upFailure(request.project, applied);
}
