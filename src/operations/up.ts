import { setTimeout as delay } from 'node:timers/promises';
import { applyPlan, type ApplyResult } from '../apply/apply-plan.ts';
import { withProjectLock } from '../host/project-lock.ts';
import { composeLabels } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { Project } from '../model/project.ts';
import type { UpReport } from '../model/reports.ts';
import { planUp, type UpOptions } from '../plan/plan-up.ts';
import type { Wish, World } from '../plan/wish.ts';
import { buildImages } from './build-images.ts';
import { askEarly, type EarlyAnswers } from './early-answers.ts';
import { checkBeforeUp } from './check-before-up.ts';
import { wasOvertaken } from './was-overtaken.ts';
import { environmentRef, type OperationContext, stateDirectory } from './context.ts';
import { type FittedProject, fitProject, refuseUnsupported } from './fit-project.ts';
import { recordHealthy } from './last-healthy.ts';
import { observe } from './observe.ts';
import { provideImages } from './provide-images.ts';
import { pullImages } from './pull-images.ts';
import { serviceStatuses } from './service-status.ts';
import { upFailure } from './up-failure.ts';
import { verifyReady } from './verify-ready.ts';
import { wishOf } from './wish-of.ts';

/** Milliseconds for the engine to finish what a killed orq had asked of it, and between two looks. */
const patienceMs = 5000;
const lookAgainMs = 100;

export interface UpRequest {
  readonly project: Project;
  /** Only these services and what they depend on. */
  readonly services?: readonly string[];
  readonly removeOrphans?: boolean;
  readonly forceRecreate?: boolean;
  /** Look for newer images first. */
  readonly pull?: boolean;
  /** Build images anew although they are there. */
  readonly rebuild?: boolean;
  /** Install what the engine runs and the machine lacks. */
  readonly install?: boolean;
  /** Services to stop and start although nothing about them changed. */
  readonly restart?: ReadonlySet<string>;
  /** False returns as soon as everything is started. */
  readonly wait: boolean;
  /** Milliseconds for the whole operation. */
  readonly timeoutMs: number;
}

/**
 * Makes the project run as its files say and waits until it is healthy. Throws before anything is changed when
 * something stands in the way; afterwards an error with a card for each service that failed.
 */
export function up(context: OperationContext, request: UpRequest): Promise<UpReport> {
  const { project, timeoutMs } = request;
  const lock = {
    command: context.command,
    waitMs: timeoutMs,
    signal: context.signal,
    onWaiting: (holder: Parameters<Parameters<typeof withProjectLock>[1]['onWaiting']>[0]) =>
      context.emit({ type: 'lock-waiting', holder }),
  };
  return withProjectLock(stateDirectory(project), lock, () => converge(context, request));
}

/** The plan of {@link up}, without doing any of it. */
export async function upPlan(context: OperationContext, request: UpRequest): Promise<Plan> {
  const { project } = fitted(context, request);
  const wish = wishOf(project);
  const world = await observe(context.engine, wish, context);
  return planUp(wish, world, planOptions(request));
}

async function converge(context: OperationContext, request: UpRequest): Promise<UpReport> {
  const startedAt = performance.now();
  const { project, unsupported } = fitted(context, request);
  const run = { request: { ...request, project }, startedAt, wish: wishOf(project) };
  await pullImages(context, run.wish, run.request);
  await buildImages(context, run.wish, run.request);
  await provideImages(context, run.request);
  return convergeOnce(context, { ...run, whole: request.project, unsupported, again: true });
}

interface Run {
  /** Its project is the one that the engine at hand can run. */
  readonly request: UpRequest;
  readonly whole: Project;
  readonly unsupported: ReadonlySet<string>;
  readonly startedAt: number;
  readonly wish: Wish;
  /** Whether to plan anew when the world moved under the plan. */
  readonly again: boolean;
}

async function convergeOnce(context: OperationContext, run: Run): Promise<UpReport> {
  const { engine, emit, signal } = context;
  const { request, wish } = run;
  let early: EarlyAnswers = new Map();
  const world = await observe(engine, wish, {
    signal,
    onContainers: (containers) => {
      if (request.wait) early = askEarly(engine, request.project, { containers, signal });
    },
  });
  const plan = planUp(wish, world, planOptions(request));
  emit({ type: 'planned', plan });
  const patience = performance.now() < run.startedAt + patienceMs;
  if (!(await checkBeforeUp({ engine, wish, world, plan, signal }, patience))) {
    await delay(lookAgainMs, undefined, { signal });
    return convergeOnce(context, run);
  }
  try {
    return await carryOut(context, { ...run, world, plan, early });
  } catch (error) {
    if (!run.again || signal.aborted || !(await wasOvertaken(context, { error, wish, world, plan })))
      throw error;
    return convergeOnce(context, { ...run, again: false });
  }
}

async function carryOut(
  context: OperationContext,
  {
    request,
    whole,
    unsupported,
    startedAt,
    wish,
    world,
    plan,
    early,
  }: Run & { readonly world: World; readonly plan: Plan; readonly early: EarlyAnswers },
): Promise<UpReport> {
  const { engine, emit, signal } = context;
  const deadline = startedAt + request.timeoutMs;
  const applied = await applyPlan(plan, { engine, wish, world, emit, signal, deadline });
  if (applied.errors.length > 0) throw upFailure(request.project, applied);
  const before = world.containers;
  if (request.wait) await verifyReady(context, { request, applied, deadline, before, early });
  if (request.wait && request.services === undefined)
    await recordHealthy(stateDirectory(request.project), wish, world);
  const durationMs = performance.now() - startedAt;
  return report(context, { request, whole, unsupported, plan, applied, durationMs, world });
}

function fitted({ engine }: OperationContext, { project, services }: UpRequest): FittedProject {
  const result = fitProject(project, engine);
  refuseUnsupported(services ?? [], result, engine);
  return result;
}

function planOptions({
  project: _project,
  timeoutMs: _timeout,
  pull: _pull,
  rebuild: _rebuild,
  install: _install,
  ...options
}: UpRequest): UpOptions {
  return options;
}

async function report(
  { engine, signal }: OperationContext,
  run: Pick<Run, 'request' | 'whole' | 'unsupported'> & {
    readonly plan: Plan;
    readonly applied: ApplyResult;
    readonly durationMs: number;
    readonly world: World;
  },
): Promise<UpReport> {
  const { project } = run.request;
  const labels = { [composeLabels.project]: project.name };
  const changed = run.plan.steps.length > 0;
  // What was being started again when it was looked at has been waited for meanwhile.
  const moved = changed || run.world.containers.some(({ state }) => state === 'restarting');
  const listed = moved ? await engine.listContainers({ labels }, signal) : run.world.containers;
  const containers = run.request.wait ? listed.map(asProven) : listed;
  return {
    ...environmentRef(project, engine),
    changed,
    steps: run.applied.results,
    services: serviceStatuses(run.whole, { containers }, run.unsupported),
    warnings: [...project.warnings, ...run.plan.notes],
    durationMs: run.durationMs,
  };
}

/** What this run saw ready is healthy, also when the engine has not yet run its first healthcheck. */
function asProven(container: ObservedContainer): ObservedContainer {
  return container.health === 'starting' ? { ...container, health: 'healthy' } : container;
}
