import { applyPlan } from '../apply/apply-plan.ts';
import { withProjectLock } from '../host/project-lock.ts';
import type { BackupReason } from '../model/backup.ts';
import { defined } from '../model/defined.ts';
import type { Plan } from '../model/plan.ts';
import type { Project } from '../model/project.ts';
import type { DownReport } from '../model/reports.ts';
import { type DownOptions, planDown } from '../plan/plan-down.ts';
import { environmentRef, type OperationContext, stateDirectory } from './context.ts';
import { observeEngine } from './observe.ts';
import { upFailure } from './up-failure.ts';
import { wishOf } from './wish-of.ts';

export interface DownRequest extends DownOptions {
  readonly project: Project;
  /** Milliseconds to wait for another orq on the same project. */
  readonly lockWaitMs: number;
  /** Sees to a backup of the data first. */
  readonly backup?: boolean;
  /** What the backup is labelled with; absent: what the options mean. */
  readonly reason?: BackupReason;
}

/**
 * Stops and removes what the project runs. Data stays unless `volumes` is set, and is backed up first when asked for.
 * Throws NOT_BACKED_UP.
 */
export function down(context: OperationContext, request: DownRequest): Promise<DownReport> {
  const { command, signal, emit } = context;
  return withProjectLock(
    stateDirectory(request.project),
    {
      command,
      signal,
      waitMs: request.lockWaitMs,
      onWaiting: (holder) => emit({ type: 'lock-waiting', holder }),
    },
    () => takeDown(context, request),
  );
}

/** The plan of {@link down}, without doing any of it. */
export async function downPlan({ engine, signal }: OperationContext, request: DownRequest): Promise<Plan> {
  const wish = wishOf(request.project);
  const world = await observeEngine(engine, wish, signal);
  const plan = planDown(request.project, world, request);
  if (request.backup !== true || plan.steps.length === 0) return plan;
  const { storeServices } = await import('./backup/backup.ts');
  const doomed = storeServices(request.project).filter((name) => request.services?.includes(name) !== false);
  const notes = doomed.map(
    (name) => `${name} is backed up first, unless nothing was written since the last backup`,
  );
  return { ...plan, notes: [...notes, ...plan.notes] };
}

/** Backs up what is about to stop; what leads back is noted before data goes. */
async function secure(context: OperationContext, request: DownRequest): Promise<void> {
  const { project, services, volumes } = request;
  const reason = request.reason ?? (volumes === true ? 'pre-volumes' : 'down');
  const { protect } = await import('./backup/protect.ts');
  const copies = await protect(context, {
    project,
    reason,
    required: volumes === true,
    ...defined({ services }),
  });
  if (volumes !== true || copies.length === 0) return;
  const { recordUndo } = await import('./backup/undo-journal.ts');
  await recordUndo(project, { command: context.command, copies });
}

async function takeDown(context: OperationContext, request: DownRequest): Promise<DownReport> {
  const startedAt = performance.now();
  const { engine, emit, signal } = context;
  const wish = wishOf(request.project);
  const world = await observeEngine(engine, wish, signal);
  const plan = planDown(request.project, world, request);
  emit({ type: 'planned', plan });
  if (request.backup === true && plan.steps.length > 0) await secure(context, request);
  const deadline = Number.POSITIVE_INFINITY;
  const applied = await applyPlan(plan, { engine, wish, world, emit, signal, deadline });
  if (applied.errors.length > 0) throw upFailure(request.project, applied);
  return {
    ...environmentRef(request.project, engine),
    changed: plan.steps.length > 0,
    steps: applied.results,
    warnings: plan.notes,
    durationMs: performance.now() - startedAt,
  };
}
