import { defined } from '../../model/defined.ts';
import type { RegenerateReport } from '../../operations/regenerate.ts';
import { diagnosisText } from '../../output/diagnosis-text.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { upText } from '../../output/report-text.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import { confirmRemoval } from '../confirm-removal.ts';
import type { Globals } from '../globals.ts';
import { printPlans } from '../print-plans.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { runningTargets } from '../running-targets.ts';

export interface RegenerateFlags extends Globals {
  readonly plan?: boolean;
  /** False after --no-backup. */
  readonly backup: boolean;
  readonly sinBackup?: boolean;
  readonly pull?: boolean;
  readonly install?: boolean;
  readonly timeout: number;
}

const lockWaitMs = 120_000;

/** Runs `orq regenerate`; the exit code is that of the diagnosis at its end. */
export async function runRegenerate(
  runtime: Runtime,
  names: readonly string[],
  flags: RegenerateFlags,
): Promise<number> {
  const projects = (await runningTargets(runtime, flags, names)).map(({ loaded }) => loaded.project);
  const backup = flags.backup && flags.sinBackup !== true;
  const requests = projects.map((project) => ({
    project,
    backup,
    lockWaitMs,
    timeoutMs: flags.timeout,
    ...defined({ pull: flags.pull, install: flags.install }),
  }));
  const work = async ({ console, operation }: CommandContext): Promise<number> => {
    const { regenerate, regeneratePlans } = await import('../../operations/regenerate.ts');
    if (flags.plan === true) {
      const plans = await Promise.all(requests.map((request) => regeneratePlans(operation, request)));
      return printPlans(console, 'regenerate', plans.flat());
    }
    await confirmRemoval(runtime, flags, { projects, backup });
    const environments: RegenerateReport[] = [];
    for (const request of requests) environments.push(await regenerate(operation, request));
    console.progress.close();
    const text = {
      paint: console.paint,
      width: console.width,
      timings: false,
      verbose: flags.verbose === true,
    };
    console.result({
      json: () => jsonDocument({ command: 'regenerate', environments }),
      text: () =>
        environments
          .map(({ up, diagnosis }) => `${upText(up, text)}\n\n${diagnosisText(diagnosis, text)}`)
          .join('\n\n'),
    });
    const operational = environments.every(({ diagnosis }) => diagnosis.summary.operational);
    return operational ? exitCodes.done : exitCodes.failed;
  };
  return withContext(runtime, flags, { command: 'orq regenerate', projects, work });
}
