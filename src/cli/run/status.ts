import type { StatusReport } from '../../model/reports.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { statusText } from '../../output/report-text.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { runningTargets } from '../running-targets.ts';

/** Runs `orq status`. */
export async function runStatus(runtime: Runtime, names: readonly string[], flags: Globals): Promise<number> {
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
