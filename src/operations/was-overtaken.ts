import { isOrqError } from '../model/errors.ts';
import { composeLabels } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import { surplusNetworks } from '../plan/surplus-networks.ts';
import type { Wish, World } from '../plan/wish.ts';
import type { OperationContext } from './context.ts';

/** Errors of an act on something that has changed since the plan was made. */
const conflicts: ReadonlySet<string> = new Set(['CONFLICT', 'CONTAINER_NAME_TAKEN', 'NOT_FOUND']);

/**
 * True when a plan failed because the world moved under it: containers that it counted on have ended or gone. An engine
 * finishes what it was asked also when the client that asked was killed, and until then lists the container as running,
 * or the network not at all.
 */
export async function wasOvertaken(
  { engine, signal }: OperationContext,
  failed: {
    readonly error: unknown;
    readonly wish: Wish;
    readonly world: World;
    readonly plan: Plan;
  },
): Promise<boolean> {
  const { error, wish, world, plan } = failed;
  if (isOrqError(error) && conflicts.has(error.code)) return true;
  const labels = { [composeLabels.project]: wish.project.name };
  const [now, networks] = await Promise.all([
    engine.listContainers({ labels }, signal),
    engine.listNetworks({ labels }, signal),
  ]);
  if (surplusNetworks(wish, { networks, containers: now }).length > 0) return true;
  const touched = containersOfSteps(plan, () => true);
  const removed = containersOfSteps(plan, (kind) => kind === 'remove-container');
  return world.containers.some((container) => {
    const later = now.find(({ id }) => id === container.id);
    if (later === undefined) return !removed.has(container.id);
    return isAlive(container) && !isAlive(later) && !touched.has(container.id);
  });
}

function containersOfSteps(plan: Plan, fits: (kind: string) => boolean): ReadonlySet<string> {
  return new Set(
    plan.steps.flatMap(({ action }) =>
      fits(action.kind) && 'containerId' in action && action.containerId !== undefined
        ? [action.containerId]
        : [],
    ),
  );
}

function isAlive({ state }: ObservedContainer): boolean {
  return state === 'running' || state === 'restarting';
}
