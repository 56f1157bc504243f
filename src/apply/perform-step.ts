import type { Engine, PullProgress } from '../engine/engine.ts';
import type { ContainerWatch } from '../health/container-watch.ts';
import { waitUntilReady } from '../health/wait-until-ready.ts';
import { sharedNetworkService } from '../model/dependencies.ts';
import { defined } from '../model/defined.ts';
import { OrqError } from '../model/errors.ts';
import type { Emit } from '../model/events.ts';
import { composeLabels, orqLabels } from '../model/labels.ts';
import { isReplacedName } from '../model/names.ts';
import type { Action, Step } from '../model/plan.ts';
import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import { containersOf, numberOf, type Wish } from '../plan/wish.ts';
import { containerSpec } from './container-spec.ts';
import { migrateService } from './migrate-service.ts';
import { observedById, replicaKey, type RunState } from './run-state.ts';

export interface PerformContext {
  readonly engine: Engine;
  readonly wish: Wish;
  readonly state: RunState;
  readonly watch: ContainerWatch;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** `performance.now()` after which waits fail. */
  readonly deadline: number;
}

type Perform<Kind extends Action['kind']> = (
  action: Extract<Action, { kind: Kind }>,
  context: PerformContext,
  step: Step,
) => Promise<string | undefined | void>;

/**
 * After an abort, pulls and waits end at once. Acts that take the engine a moment are waited for: the engine would go on
 * with them alone, and nobody could tell what there is to undo. So is a stop on the way to a replacement, which has to
 * be over before the container can be started again.
 */
const performers: { readonly [Kind in Action['kind']]: Perform<Kind> } = {
  'pull-image': ({ image, platform }, { engine, emit, signal }, step) =>
    engine.pullImage(image, {
      ...(platform === undefined ? {} : { platform }),
      onProgress: (progress) => emit({ type: 'step-progress', step, ...progressText(progress) }),
      signal,
    }),
  'build-image': buildImage,
  'create-network': createNetwork,
  'remove-network': ({ id }, { engine }) => engine.removeNetwork(id),
  'create-volume': createVolume,
  'remove-volume': ({ name }, { engine }) => engine.removeVolume(name),
  'create-container': createContainer,
  'start-container': startContainer,
  'unpause-container': ({ containerId }, { engine }) => engine.unpauseContainer(containerId),
  'stop-container': ({ containerId, timeoutMs }, { engine, signal }, { group }) =>
    engine.stopContainer(
      containerId,
      defined({ timeoutMs, signal: group === undefined ? signal : undefined }),
    ),
  'rename-container': renameContainer,
  'remove-container': removeContainer,
  'await-service': awaitService,
  migrate: ({ service: name }, { engine, wish, state, signal }) =>
    migrateService(serviceOf(wish, name), {
      engine,
      signal,
      containerOf: (other) => containerIdOf(state, other, 1),
      serviceOf: (other) => wish.project.services[other],
    }),
};

/** Does one step by one call of the engine (or the wait, or the migrations). */
export async function performStep(step: Step, context: PerformContext): Promise<string | undefined> {
  const text = await perform(step.action, context, step);
  return text ?? undefined;
}

function perform<Kind extends Action['kind']>(
  action: Extract<Action, { kind: Kind }>,
  context: PerformContext,
  step: Step,
): Promise<string | undefined | void> {
  const performer: Perform<Kind> = performers[action.kind as Kind];
  return performer(action, context, step);
}

async function buildImage(
  { service: name, image }: Extract<Action, { kind: 'build-image' }>,
  { engine, wish, emit, signal }: PerformContext,
  step: Step,
): Promise<void> {
  const { build, platform } = serviceOf(wish, name);
  if (build === undefined) return;
  await engine.buildImage(
    { ...build, image, ...defined({ platform }) },
    { onProgress: (progress) => emit({ type: 'step-progress', step, ...progressText(progress) }), signal },
  );
}

function progressText({ layer, status, current, total }: PullProgress): {
  text: string;
  current?: number;
  total?: number;
} {
  return {
    text: layer === undefined ? status : `${layer} ${status}`,
    ...(current === undefined ? {} : { current }),
    ...(total === undefined ? {} : { total }),
  };
}

function serviceOf({ project }: Wish, name: string): Service {
  const service = project.services[name];
  if (service === undefined)
    throw new OrqError({ code: 'BUG', message: `The plan names service ${name}, the project does not.` });
  return service;
}

async function createNetwork(
  { network }: Extract<Action, { kind: 'create-network' }>,
  { engine, wish, state }: PerformContext,
): Promise<void> {
  const spec = wish.project.networks[network];
  if (spec === undefined) return;
  const { key, external: _external, ...rest } = spec;
  const hash = wish.networkHashes[key] ?? '';
  const labels = {
    ...spec.labels,
    ...projectLabels(wish.project),
    [composeLabels.network]: key,
    [orqLabels.specHash]: hash,
  };
  state.networks.add(await engine.createNetwork({ ...rest, labels }));
}

async function createVolume(
  { volume }: Extract<Action, { kind: 'create-volume' }>,
  { engine, wish, state }: PerformContext,
): Promise<void> {
  const spec = wish.project.volumes[volume];
  if (spec === undefined) return;
  const { key, external: _external, ...rest } = spec;
  const labels = { ...spec.labels, ...projectLabels(wish.project), [composeLabels.volume]: key };
  await engine.createVolume({ ...rest, labels });
  state.volumes.set(key, spec.name);
}

function projectLabels(project: Project): Record<string, string> {
  return { [composeLabels.project]: project.name, [orqLabels.mode]: project.mode };
}

async function createContainer(
  action: Extract<Action, { kind: 'create-container' }>,
  { engine, wish, state }: PerformContext,
): Promise<void> {
  const service = serviceOf(wish, action.service);
  const shared = sharedNetworkService(service);
  const networkContainerId = shared === undefined ? undefined : containerIdOf(state, shared, 1);
  const predecessor =
    action.inheritFrom === undefined ? undefined : observedById(state.world, action.inheritFrom);
  const spec = containerSpec(service, {
    project: wish.project,
    engine: engine.kind,
    fingerprint: wish.fingerprints[service.name] ?? { hash: '', fields: {} },
    number: action.number,
    name: action.name,
    ...(predecessor === undefined ? {} : { predecessor }),
    ...(networkContainerId === undefined ? {} : { networkContainerId }),
  });
  state.created.set(replicaKey(service.name, action.number), await engine.createContainer(spec));
}

async function startContainer(
  { containerId, service, number }: Extract<Action, { kind: 'start-container' }>,
  { engine, state }: PerformContext,
): Promise<void> {
  const id = containerId ?? state.created.get(replicaKey(service, number));
  if (id !== undefined) await engine.startContainer(id);
}

async function renameContainer(
  { containerId, name, to }: Extract<Action, { kind: 'rename-container' }>,
  { engine, state }: PerformContext,
): Promise<void> {
  await engine.renameContainer(containerId, to);
  const wasRunning = observedById(state.world, containerId)?.state === 'running';
  state.renamed.set(containerId, { original: name, wasRunning });
}

async function removeContainer(
  { containerId, anonymousVolumes }: Extract<Action, { kind: 'remove-container' }>,
  { engine, state }: PerformContext,
): Promise<void> {
  await engine.removeContainer(containerId, { anonymousVolumes });
  state.removed.add(containerId);
}

async function awaitService(
  { service: name, condition }: Extract<Action, { kind: 'await-service' }>,
  context: PerformContext,
): Promise<string> {
  const service = serviceOf(context.wish, name);
  const ids = Array.from({ length: service.replicas }, (_, index) =>
    containerIdOf(context.state, name, index + 1),
  );
  const answers = await Promise.all(
    ids
      .filter((id) => id !== undefined)
      .map((containerId) => waitUntilReady({ service, containerId, condition }, context)),
  );
  context.state.ready.add(name);
  return answers[0] ?? '';
}

function containerIdOf(state: RunState, service: string, number: number): string | undefined {
  const created = state.created.get(replicaKey(service, number));
  if (created !== undefined) return created;
  const candidates = containersOf(state.world, service).filter(
    (container) => numberOf(container) === number && !state.removed.has(container.id),
  );
  return (candidates.find(({ name }) => !isReplacedName(name)) ?? candidates[0])?.id;
}
