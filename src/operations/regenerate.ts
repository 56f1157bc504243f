import { defined } from '../model/defined.ts';
import { composeLabels } from '../model/labels.ts';
import type { Plan } from '../model/plan.ts';
import type { Project } from '../model/project.ts';
import type { DiagnosisReport, DownReport, UpReport } from '../model/reports.ts';
import { emptyWorld } from '../plan/empty-world.ts';
import { planUp } from '../plan/plan-up.ts';
import type { Wish, World } from '../plan/wish.ts';
import { buildImages } from './build-images.ts';
import type { OperationContext } from './context.ts';
import { diagnose } from './diagnose.ts';
import { down, downPlan } from './down.ts';
import { fitProject } from './fit-project.ts';
import { observeEngine } from './observe.ts';
import { provideImages } from './provide-images.ts';
import { pullImages } from './pull-images.ts';
import { up } from './up.ts';
import { wishOf } from './wish-of.ts';

export interface RegenerateRequest {
  readonly project: Project;
  /** False gives the data up. */
  readonly backup: boolean;
  readonly pull?: boolean;
  readonly install?: boolean;
  readonly timeoutMs: number;
  readonly lockWaitMs: number;
}

export interface RegenerateReport {
  readonly down: DownReport;
  readonly up: UpReport;
  readonly diagnosis: DiagnosisReport;
}

/**
 * Makes an environment anew: backs its data up, removes everything of it, brings it up from nothing and diagnoses it.
 * Images are seen to before anything is removed. `orq undo` brings the data back. Throws NOT_BACKED_UP.
 */
export async function regenerate(
  context: OperationContext,
  request: RegenerateRequest,
): Promise<RegenerateReport> {
  const { project, timeoutMs, lockWaitMs } = request;
  const upRequest = { ...request, wait: true, rebuild: true };
  const wish = wishOf(fitProject(project, context.engine).project);
  await pullImages(context, wish, upRequest);
  await pullMissing(context, wish);
  await buildImages(context, wish, upRequest);
  await provideImages(context, upRequest);
  const removed = await down(context, {
    project,
    lockWaitMs,
    volumes: true,
    removeOrphans: true,
    backup: request.backup,
    reason: 'pre-regenerate',
  });
  const raised = await up(context, { ...upRequest, pull: false, rebuild: false, timeoutMs });
  return { down: removed, up: raised, diagnosis: await diagnose(context, project) };
}

/** The two plans of {@link regenerate}: what goes, and what then comes. */
export async function regeneratePlans(
  context: OperationContext,
  { project, lockWaitMs, backup }: RegenerateRequest,
): Promise<readonly Plan[]> {
  const request = { project, lockWaitMs, volumes: true, removeOrphans: true, backup } as const;
  const removal = await downPlan(context, { ...request, reason: 'pre-regenerate' });
  const wish = wishOf(fitProject(project, context.engine).project);
  return [
    removal,
    planUp(wish, afterwards(project, await observeEngine(context.engine, wish, context.signal)), {}),
  ];
}

/** What is left of the world once all that carries the project's name is gone. */
function afterwards({ name }: Project, { networks, volumes, imageIds }: World): World {
  const stays = ({ labels }: { readonly labels: Readonly<Record<string, string>> }): boolean =>
    labels[composeLabels.project] !== name;
  return { ...emptyWorld, imageIds, networks: networks.filter(stays), volumes: volumes.filter(stays) };
}

/** What `up` would pull is pulled while everything still runs. */
async function pullMissing({ engine, signal }: OperationContext, { project }: Wish): Promise<void> {
  for (const { image, platform, build } of Object.values(project.services)) {
    if (build === undefined && (await engine.findImage(image, signal)) === undefined)
      await engine.pullImage(image, { signal, ...defined({ platform }) });
  }
}
