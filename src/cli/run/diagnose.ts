import { isOrqError, type OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import type { DiagnosisReport } from '../../model/reports.ts';
import { stateDirectory } from '../../operations/context.ts';
import { diagnose, diagnoseWithoutEngine } from '../../operations/diagnose.ts';
import { fixesOf } from '../../operations/fix.ts';
import { diagnosisText } from '../../output/diagnosis-text.ts';
import { vnmReport } from '../../output/diagnosis-vnm.ts';
import { placeRemedies } from '../../output/place-commands.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { openConsole } from '../console.ts';
import { withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { placeOf } from '../place-of.ts';
import { runningTargets } from '../running-targets.ts';
import { runFixes } from './run-fixes.ts';
import { lookAgain } from './watch-changes.ts';
import { writeExtras } from './write-extras.ts';
import { writeReport } from './write-report.ts';

export interface DiagnoseFlags extends Globals {
  readonly fix?: boolean;
  readonly strict?: boolean;
  readonly output?: string;
  readonly watch?: boolean;
  readonly bundle?: boolean;
  readonly html?: string;
  readonly format?: 'orq' | 'vnm';
  readonly verboso?: boolean;
}

/** Runs `orq diagnose`. */
export async function runDiagnose(
  runtime: Runtime,
  names: readonly string[],
  flags: DiagnoseFlags,
): Promise<number> {
  const targets = await runningTargets(runtime, flags, names);
  const projects = targets.map(({ loaded }) => loaded.project);
  if (flags.watch === true) return watch(runtime, projects, flags);
  const look = (): Promise<readonly DiagnosisReport[]> => placedReports(runtime, projects, flags);
  const reports = await look();
  await present(runtime, reports, { projects, flags });
  await writeExtras(
    runtime,
    flags,
    targets.map(({ loaded }, index) => ({ ...loaded, report: reports[index] })),
  );
  const fixes = flags.fix === true ? fixesOf(reports.flatMap(({ findings }) => findings)) : [];
  if ((await runFixes(runtime, flags, fixes)) === 0) return exitCode(reports, flags);
  const after = await look();
  await present(runtime, after, { projects, flags });
  return exitCode(after, flags);
}

async function watch(runtime: Runtime, projects: readonly Project[], flags: DiagnoseFlags): Promise<number> {
  const look = async (): Promise<void> =>
    present(runtime, await placedReports(runtime, projects, flags), { projects, flags });
  await lookAgain(runtime, flags, { projects, look });
  return exitCodes.interrupted;
}

async function placedReports(
  runtime: Runtime,
  projects: readonly Project[],
  flags: DiagnoseFlags,
): Promise<readonly DiagnosisReport[]> {
  const reports = await diagnoseAll(runtime, projects, flags);
  return await Promise.all(
    reports.map(async (report) => placeRemedies(report, await placeOf(runtime, flags, report))),
  );
}

async function diagnoseAll(
  runtime: Runtime,
  projects: readonly Project[],
  flags: DiagnoseFlags,
): Promise<readonly DiagnosisReport[]> {
  try {
    return await withContext(runtime, flags, {
      command: 'orq diagnose',
      projects,
      work: ({ operation }) => Promise.all(projects.map((project) => diagnose(operation, project))),
    });
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return Promise.all(projects.map((project) => diagnoseWithoutEngine(project, error)));
  }
}

function isEngineError(error: unknown): error is OrqError {
  return (
    isOrqError(error) && ['ENGINE_UNREACHABLE', 'ENGINE_PERMISSION', 'ENGINE_TOO_OLD'].includes(error.code)
  );
}

async function present(
  runtime: Runtime,
  reports: readonly DiagnosisReport[],
  { projects, flags }: { readonly projects: readonly Project[]; readonly flags: DiagnoseFlags },
): Promise<void> {
  const console = openConsole(runtime, flags);
  console.progress.close();
  const vnm = flags.format === 'vnm';
  const verbose = flags.verbose === true || flags.verboso === true;
  for (const [index, report] of reports.entries()) {
    const project = projects[index];
    const document = vnm
      ? `${JSON.stringify(vnmReport(report), null, 2)}\n`
      : jsonDocument({ command: 'diagnose', environments: [report] });
    if (project !== undefined)
      await writeReport(stateDirectory(project), { document, vnm, output: flags.output });
  }
  console.result({
    json: () =>
      vnm
        ? reports.map((report) => `${JSON.stringify(vnmReport(report))}\n`).join('')
        : jsonDocument({ command: 'diagnose', environments: reports }),
    text: () =>
      reports
        .map((report) => diagnosisText(report, { paint: console.paint, width: console.width, verbose }))
        .join('\n\n'),
  });
}

function exitCode(reports: readonly DiagnosisReport[], { strict }: DiagnoseFlags): number {
  const wrong = reports.some(
    ({ summary }) => summary.errors > 0 || (strict === true && summary.warnings > 0),
  );
  return wrong ? exitCodes.failed : exitCodes.done;
}
