import { jsonDocument } from '../../output/json-document.ts';
import { upText } from '../../output/report-text.ts';
import { defined } from '../../model/defined.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { printPlans } from '../print-plans.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { runningTargets } from '../running-targets.ts';

export interface RestartFlags extends Globals {
  readonly plan?: boolean;
  readonly wait: boolean;
  readonly timeout: number;
}

/** Runs `orq restart`. */
export async function runRestart(
  runtime: Runtime,
  names: readonly string[],
  flags: RestartFlags,
): Promise<number> {
  const targets = await runningTargets(runtime, flags, names);
  const requests = targets.map(({ loaded, services }) => ({
    project: loaded.project,
    wait: flags.wait,
    timeoutMs: flags.timeout,
    restart: new Set(services ?? Object.keys(loaded.project.services)),
    ...defined({ services }),
  }));
  const work = async ({ console, operation }: CommandContext): Promise<number> => {
    const operations = await import('../../operations/up.ts');
    if (flags.plan === true) {
      const plans = await Promise.all(requests.map((request) => operations.upPlan(operation, request)));
      return printPlans(console, 'restart', plans);
    }
    const environments: Parameters<typeof upText>[0][] = [];
    for (const request of requests) environments.push(await operations.up(operation, request));
    console.progress.close();
    const text = { paint: console.paint, width: console.width, timings: false };
    console.result({
      json: () => jsonDocument({ command: 'restart', environments }),
      text: () => environments.map((report) => upText(report, text)).join('\n\n'),
    });
    return exitCodes.done;
  };
  return withContext(runtime, flags, {
    command: 'orq restart',
    work,
    projects: targets.map(({ loaded }) => loaded.project),
  });
}
