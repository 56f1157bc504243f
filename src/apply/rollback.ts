import { withDeadline } from '../model/abort.ts';
import type { Engine } from '../engine/engine.ts';
import type { Emit } from '../model/events.ts';
import type { Plan } from '../model/plan.ts';
import type { Project } from '../model/project.ts';
import { observedById, replicaKey, type RunState } from './run-state.ts';

/** Milliseconds that cleaning up may take, also after an abort. */
const rollbackMs = 30_000;

interface RollbackContext {
  readonly engine: Engine;
  readonly project: Project;
  readonly plan: Plan;
  readonly state: RunState;
  readonly emit: Emit;
}

/**
 * Settles every replacement of the run: where the new container got ready the old one goes, else the old one is put
 * back. One that cannot be settled does not keep the others from it; the next run finds it.
 */
export async function settleReplaced(context: RollbackContext): Promise<void> {
  const groups = new Set(context.plan.steps.flatMap(({ group }) => (group === undefined ? [] : [group])));
  await withDeadline(undefined, rollbackMs, (signal) =>
    Promise.allSettled([...groups].map((group) => settleGroup(context, group, signal))),
  );
}

async function settleGroup(context: RollbackContext, group: string, signal: AbortSignal): Promise<void> {
  const { state, plan } = context;
  const actions = plan.steps.filter((step) => step.group === group).map(({ action }) => action);
  const removal = actions.find((action) => action.kind === 'remove-container');
  const creation = actions.find((action) => action.kind === 'create-container');
  if (removal === undefined || creation === undefined || state.removed.has(removal.containerId)) return;
  const key = replicaKey(creation.service, creation.number);
  if (state.ready.has(creation.service) && state.created.has(key)) {
    await context.engine.removeContainer(removal.containerId, { anonymousVolumes: false, signal });
  } else {
    await putBack(context, { oldId: removal.containerId, key }, signal);
  }
}

async function putBack(
  { engine, state, emit }: RollbackContext,
  { oldId, key }: { readonly oldId: string; readonly key: string },
  signal: AbortSignal,
): Promise<void> {
  const created = state.created.get(key);
  if (created !== undefined) {
    await engine.removeContainer(created, { anonymousVolumes: false, signal });
    state.created.delete(key);
  }
  const renamed = state.renamed.get(oldId);
  if (renamed !== undefined) await engine.renameContainer(oldId, renamed.original, signal);
  if (observedById(state.world, oldId)?.state === 'running') await engine.startContainer(oldId, signal);
  if (renamed !== undefined) {
    emit({ type: 'rolled-back', text: `${renamed.original}: the container from before is back` });
  }
}

/**
 * After an abort: removes what this run created and did not see ready, so that the next run starts from where this one
 * did. A volume made by this run goes too when no service that uses it got ready: a half-initialised one would be taken
 * for good the next time.
 */
export function removeUnfinished(context: RollbackContext): Promise<void> {
  return withDeadline(undefined, rollbackMs, (signal) => removeUnready(context, signal));
}

async function removeUnready(
  { engine, project, state, emit }: RollbackContext,
  signal: AbortSignal,
): Promise<void> {
  const unfinished = [...state.created].filter(
    ([key]) => !state.ready.has(key.slice(0, key.lastIndexOf(':'))),
  );
  await Promise.allSettled(
    unfinished.map(([, id]) => engine.removeContainer(id, { anonymousVolumes: true, signal })),
  );
  const orphaned = [...state.volumes].filter(([key]) => !isUsedByReady(project, state, key));
  await Promise.allSettled(orphaned.map(([, name]) => engine.removeVolume(name, signal)));
  if (unfinished.length === state.created.size) {
    await Promise.allSettled([...state.networks].map((id) => engine.removeNetwork(id, signal)));
  }
  if (unfinished.length > 0) {
    emit({
      type: 'rolled-back',
      text: `removed ${unfinished.length} unfinished container${unfinished.length === 1 ? '' : 's'}`,
    });
  }
}

function isUsedByReady(project: Project, state: RunState, volume: string): boolean {
  return Object.values(project.services).some(
    (service) =>
      state.ready.has(service.name) &&
      service.mounts.some((mount) => mount.kind === 'volume' && mount.volume === volume),
  );
}
