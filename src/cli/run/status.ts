import type { StatusReport } from '../../model/reports.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { statusText } from '../../output/report-text.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { runningTargets } from '../running-targets.ts';

export interface StatusFlags extends Globals {
  readonly watch?: boolean;
}

const clearScreen = '\u001b[H\u001b[J';

/** Runs `orq status`: once, or again whenever something changes. */
export async function runStatus(
  runtime: Runtime,
  names: readonly string[],
  flags: StatusFlags,
): Promise<number> {
  if (flags.watch !== true) return show(runtime, names, flags);
  const { lookAgain } = await import('./watch-changes.ts');
  const projects = (await runningTargets(runtime, flags, names)).map(({ loaded }) => loaded.project);
  const look = (): Promise<number> => {
    if (flags.json !== true && runtime.stdout.isTTY) runtime.stdout.write(clearScreen);
    return show(runtime, names, flags);
  };
  await lookAgain(runtime, flags, { projects, look });
  return exitCodes.interrupted;
}

async function show(runtime: Runtime, names: readonly string[], flags: Globals): Promise<number> {
  const targets = await runningTargets(runtime, flags, names);
  const work = async ({ console, operation }: CommandContext): Promise<number> => {
    const { status } = await import('../../operations/status.ts');
    const environments = await Promise.all(
      targets.map(async ({ loaded, services }) => only(await status(operation, loaded.project), services)),
    );
    console.result({
      json: () => jsonDocument({ command: 'status', environments }),
      text: () => environments.map((report) => statusText(report, console.paint, console.width)).join('\n\n'),
    });
    return exitCodes.done;
  };
  return withContext(runtime, flags, {
    command: 'orq status',
    projects: targets.map(({ loaded }) => loaded.project),
    work,
  });
}

function only(report: StatusReport, services: readonly string[] | undefined): StatusReport {
  if (services === undefined) return report;
  return { ...report, services: report.services.filter(({ service }) => services.includes(service)) };
}
