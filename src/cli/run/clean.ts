import { defined } from '../../model/defined.ts';
import type { DownRequest } from '../../operations/down.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { downText } from '../../output/report-text.ts';
import { confirmRemoval } from '../confirm-removal.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { printPlans } from '../print-plans.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { runningTargets } from '../running-targets.ts';

export interface CleanFlags extends Globals {
  readonly plan?: boolean;
  readonly timeout?: number;
  /** False after --no-backup. */
  readonly backup: boolean;
  readonly sinBackup?: boolean;
}

const lockWaitMs = 120_000;

/** Runs `orq clean`. */
export async function runClean(
  runtime: Runtime,
  names: readonly string[],
  flags: CleanFlags,
): Promise<number> {
  const projects = (await runningTargets(runtime, flags, names)).map(({ loaded }) => loaded.project);
  const backup = flags.backup && flags.sinBackup !== true;
  const requests = projects.map((project): DownRequest => ({
    project,
    lockWaitMs,
    backup,
    volumes: true,
    removeOrphans: true,
    reason: 'pre-clean',
    ...defined({ timeoutMs: flags.timeout }),
  }));
  const work = async ({ console, operation }: CommandContext): Promise<number> => {
    const { down, downPlan } = await import('../../operations/down.ts');
    if (flags.plan === true)
      return printPlans(
        console,
        'clean',
        await Promise.all(requests.map((request) => downPlan(operation, request))),
      );
    await confirmRemoval(runtime, flags, { projects, backup });
    const environments: Parameters<typeof downText>[0][] = [];
    for (const request of requests) environments.push(await down(operation, request));
    console.progress.close();
    console.result({
      json: () => jsonDocument({ command: 'clean', environments }),
      text: () => environments.map((report) => downText(report, console.paint)).join('\n'),
    });
    return exitCodes.done;
  };
  return withContext(runtime, flags, { command: 'orq clean', projects, work });
}
