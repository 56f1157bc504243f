import type { DiagnosisReport } from '../../model/reports.ts';
import { stateDirectory } from '../../operations/context.ts';
import type { LoadedProject } from '../../project/load-project.ts';
import { withContext } from '../command-context.ts';
import type { Runtime } from '../runtime.ts';
import type { DiagnoseFlags } from './diagnose.ts';
import { writeText } from './write-report.ts';

interface Diagnosed extends LoadedProject {
  readonly report: DiagnosisReport | undefined;
}

/** Writes what `--bundle` and `--html` ask for, and names the files on stderr. */
export async function writeExtras(
  runtime: Runtime,
  flags: DiagnoseFlags,
  diagnosed: readonly Diagnosed[],
): Promise<void> {
  for (const { report, ...loaded } of diagnosed) {
    if (report === undefined) continue;
    if (flags.html !== undefined) await writePage(runtime, flags.html, { report, ...loaded });
    if (flags.bundle === true) await bundle(runtime, flags, { report, ...loaded });
  }
}

async function writePage(
  runtime: Runtime,
  path: string,
  { report, project }: Required<Diagnosed>,
): Promise<void> {
  const [{ diagnosisPage }, { readTimeline }] = await Promise.all([
    import('../../output/diagnosis-page/page.ts'),
    import('../../output/diagnosis-page/read-timeline.ts'),
  ]);
  if (report === undefined) return;
  await writeText(
    path,
    diagnosisPage(report, { project, timeline: await readTimeline(stateDirectory(project)) }),
  );
  runtime.stderr.write(`${path}\n`);
}

async function bundle(
  runtime: Runtime,
  flags: DiagnoseFlags,
  { report, project, document }: Diagnosed,
): Promise<void> {
  if (report === undefined) return;
  const { writeBundle } = await import('../../operations/support-bundle.ts');
  const request = { report, project, document };
  const path =
    report.engine === undefined
      ? await writeBundle(request)
      : await withContext(runtime, flags, {
          command: 'orq diagnose --bundle',
          projects: [project],
          work: ({ operation }) => writeBundle({ ...request, context: operation }),
        });
  runtime.stderr.write(`${path}\n`);
}
