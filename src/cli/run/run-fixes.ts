import type { Fix } from '../../operations/fix.ts';
import type { Globals } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import { askLine, canAsk } from '../ask.ts';
import { openConsole } from '../console.ts';
import { runCommandLine } from '../run-command-line.ts';

/**
 * Shows and runs the remedies, each as the command it names, in the folder of this command. What is not safe is asked
 * about on a terminal, run with `--yes`, and left alone otherwise. Returns how many ran.
 */
export async function runFixes(runtime: Runtime, flags: Globals, fixes: readonly Fix[]): Promise<number> {
  const { stderrPaint, progress } = openConsole(runtime, flags);
  progress.close();
  let ran = 0;
  for (const fix of fixes) {
    const line = `orq ${fix.command.join(' ')} ${stderrPaint.dim(`(${fix.findings.map(({ id }) => id).join(', ')})`)}`;
    if (!(await isWanted(runtime, flags, { fix, line }))) {
      runtime.stderr.write(`${stderrPaint.warn('!')} not run: ${line}\n`);
      continue;
    }
    runtime.stderr.write(`${stderrPaint.good('→')} ${line}\n`);
    const quiet = { ...runtime, stdout: runtime.stderr };
    await runCommandLine([...placeOf(flags), ...fix.command], quiet, '');
    ran += 1;
  }
  return ran;
}

async function isWanted(
  runtime: Runtime,
  { yes }: Globals,
  { fix, line }: { readonly fix: Fix; readonly line: string },
): Promise<boolean> {
  if (fix.safe || yes === true) return true;
  if (!canAsk(runtime)) return false;
  return /^y(es)?$/i.test((await askLine(runtime, `Run ${line}? It may interrupt what works. [y/N]`)) ?? '');
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
