import { defined } from '../../model/defined.ts';
import type { UpRequest } from '../../operations/up.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { upText } from '../../output/report-text.ts';
import type { Target } from '../../project/resolve-targets.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { printPlans } from '../print-plans.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { targetsOf } from '../targets.ts';

export interface UpFlags extends Globals {
  readonly plan?: boolean;
  readonly pull?: boolean;
  readonly rebuild?: boolean;
  readonly wait: boolean;
  readonly timeout: number;
  readonly timings?: boolean;
  readonly removeOrphans?: boolean;
  readonly forceRecreate?: boolean;
  readonly install?: boolean;
}

/** Runs `orq up`. */
export async function runUp(runtime: Runtime, names: readonly string[], flags: UpFlags): Promise<number> {
  const targets = await targetsOf(runtime, flags, names);
  const work = async (context: CommandContext): Promise<number> => {
    const operations = await import('../../operations/up.ts');
    const requests = targets.map((target) => requestOf(target, flags));
    if (flags.plan === true) {
      const plans = await Promise.all(
        requests.map((request) => operations.upPlan(context.operation, request)),
      );
      return printPlans(context.console, 'up', plans);
    }
    const environments = [];
    for (const request of requests) environments.push(await operations.up(context.operation, request));
    printUp(context, environments, flags);
    return exitCodes.done;
  };
  return withContext(runtime, flags, {
    command: 'orq up',
    work,
    projects: targets.map(({ loaded }) => loaded.project),
  });
}

function requestOf({ loaded, services }: Target, flags: UpFlags): UpRequest {
  const { removeOrphans, forceRecreate, pull, rebuild, wait, timeout, install } = flags;
  return {
    project: loaded.project,
    wait,
    timeoutMs: timeout,
    ...defined({ services, removeOrphans, forceRecreate, pull, rebuild, install }),
  };
}

function printUp(
  { console }: CommandContext,
  environments: readonly Parameters<typeof upText>[0][],
  { timings }: UpFlags,
): void {
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'up', environments }),
    text: () =>
      environments
        .map((report) =>
          upText(report, { paint: console.paint, width: console.width, timings: timings === true }),
        )
        .join('\n\n'),
  });
}
