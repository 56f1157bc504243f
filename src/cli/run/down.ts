import { defined } from '../../model/defined.ts';
import type { Project } from '../../model/project.ts';
import type { DownRequest } from '../../operations/down.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { downText } from '../../output/report-text.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { printPlans } from '../print-plans.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { runningTargets } from '../running-targets.ts';

export interface DownFlags extends Globals {
  readonly plan?: boolean;
  readonly volumes?: boolean;
  readonly removeOrphans?: boolean;
  readonly timeout?: number;
  /** After --backup or --no-backup. */
  readonly backup?: boolean;
  readonly sinBackup?: boolean;
  readonly limpiarCompleto?: boolean;
}

/** Without a word, data that goes is kept, and that of our own profiles; somebody's plain Compose file gets no new files. */
function backsUp({ profile }: Project, { backup, sinBackup, volumes, limpiarCompleto }: DownFlags): boolean {
  if (sinBackup === true) return false;
  return backup ?? (volumes === true || limpiarCompleto === true || profile !== undefined);
}

const lockWaitMs = 120_000;

/** Runs `orq down`. */
export async function runDown(runtime: Runtime, names: readonly string[], flags: DownFlags): Promise<number> {
  const targets = await runningTargets(runtime, flags, names);
  const requests = targets.map(({ loaded, services }): DownRequest => ({
    project: loaded.project,
    lockWaitMs,
    backup: backsUp(loaded.project, flags),
    ...defined({
      services,
      volumes: flags.volumes ?? flags.limpiarCompleto,
      removeOrphans: flags.removeOrphans ?? flags.limpiarCompleto,
      timeoutMs: flags.timeout,
    }),
  }));
  const work = async ({ console, operation }: CommandContext): Promise<number> => {
    const operations = await import('../../operations/down.ts');
    if (flags.plan === true) {
      const plans = await Promise.all(requests.map((request) => operations.downPlan(operation, request)));
      return printPlans(console, 'down', plans);
    }
    const environments: Parameters<typeof downText>[0][] = [];
    for (const request of requests) environments.push(await operations.down(operation, request));
    console.progress.close();
    console.result({
      json: () => jsonDocument({ command: 'down', environments }),
      text: () => environments.map((report) => downText(report, console.paint)).join('\n'),
    });
    return exitCodes.done;
  };
  return withContext(runtime, flags, {
    command: requests.some(({ volumes }) => volumes === true) ? 'orq down --volumes' : 'orq down',
    work,
    projects: targets.map(({ loaded }) => loaded.project),
  });
}
