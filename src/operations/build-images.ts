import { applyPlan } from '../apply/apply-plan.ts';
import { withDependencies } from '../model/dependencies.ts';
import { emptyWorld } from '../plan/empty-world.ts';
import { planBuild } from '../plan/plan-build.ts';
import type { Wish } from '../plan/wish.ts';
import type { OperationContext } from './context.ts';
import type { UpRequest } from './up.ts';
import { upFailure } from './up-failure.ts';

/** Makes images anew: all that are built with `rebuild`, else those of `pull_policy: build`. */
export async function buildImages(context: OperationContext, wish: Wish, request: UpRequest): Promise<void> {
  const { services: named, rebuild = false, timeoutMs, project } = request;
  const services = named === undefined ? undefined : withDependencies(wish.project, named);
  const plan = planBuild(wish, { rebuild, services });
  if (plan.steps.length === 0) return;
  context.emit({ type: 'planned', plan });
  const deadline = performance.now() + timeoutMs;
  const applied = await applyPlan(plan, { ...context, wish, world: emptyWorld, deadline });
  if (applied.errors.length > 0) throw upFailure(project, applied);
}
