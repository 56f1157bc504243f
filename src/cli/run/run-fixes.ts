import type { Fix } from '../../operations/fix.ts';
import type { Globals } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import { openConsole } from '../console.ts';
import { runCommandLine } from '../run-command-line.ts';

/** Shows and runs the remedies, each as the command it names, in the folder of this command. */
export async function runFixes(runtime: Runtime, flags: Globals, fixes: readonly Fix[]): Promise<void> {
  const { stderrPaint, progress } = openConsole(runtime, flags);
  progress.close();
  for (const { command, findings } of fixes) {
    const cured = findings.map(({ id }) => id).join(', ');
    runtime.stderr.write(
      `${stderrPaint.good('→')} orq ${command.join(' ')} ${stderrPaint.dim(`(${cured})`)}\n`,
    );
    const quiet = { ...runtime, stdout: runtime.stderr };
    await runCommandLine([...placeOf(flags), ...command], quiet, '');
  }
}

function placeOf({ directory, file, projectName, engine, context, host, mode }: Globals): readonly string[] {
  const option = (name: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [name, value];
  return [
    ...option('--directory', directory),
    ...(file ?? []).flatMap((path) => ['--file', path]),
    ...option('--project-name', projectName),
    ...option('--engine', engine),
    ...option('--context', context),
    ...option('--host', host),
    ...option('--mode', mode),
  ];
}
