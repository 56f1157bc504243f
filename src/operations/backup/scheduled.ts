import { setTimeout as delay } from 'node:timers/promises';
import type { Project } from '../../model/project.ts';
import type { OperationContext } from '../context.ts';
import { containersOfServices } from '../find-container.ts';
import { storeServices } from './backup.ts';
import { protect, type SafetyCopy } from './protect.ts';

/** One round of {@link scheduledBackups}. */
export interface BackupRound {
  readonly project: string;
  readonly at: string;
  /** Newest backup of each service that runs, whether made now or still true. */
  readonly copies: readonly SafetyCopy[];
}

/**
 * Backs up, again and again, what has changed since the last time, for as long as a service of the projects runs. A
 * backup that fails is a warning; the next round tries again.
 */
export async function* scheduledBackups(
  context: OperationContext,
  { projects, everyMs }: { readonly projects: readonly Project[]; readonly everyMs: number },
): AsyncGenerator<BackupRound> {
  for (;;) {
    const running = await runningProjects(context, projects);
    if (running.length === 0) return;
    for (const project of running) {
      const copies = await protect(context, { project, reason: 'scheduled', required: false });
      yield { project: project.name, at: new Date().toISOString(), copies };
    }
    await delay(everyMs, undefined, { signal: context.signal });
  }
}

async function runningProjects(
  context: OperationContext,
  projects: readonly Project[],
): Promise<readonly Project[]> {
  const found = await Promise.all(
    projects.map(async (project) => {
      const containers = await containersOfServices(context, project, storeServices(project));
      return containers.some(({ state }) => state === 'running') ? [project] : [];
    }),
  );
  return found.flat();
}
