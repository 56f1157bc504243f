import { CommanderError } from 'commander';
import { isOrqError, OrqError } from '../model/errors.ts';
import { exitCodeOf } from '../model/error-codes.ts';
import { errorText } from '../output/error-text.ts';
import { jsonError } from '../output/json-document.ts';
import { paint } from '../output/paint.ts';
import { buildProgram } from './program.ts';
import { exitCodes, type Runtime } from './runtime.ts';

/** Runs the command line and returns the exit code of the process. Never throws. */
export async function runCommandLine(
  argv: readonly string[],
  runtime: Omit<Runtime, 'exitWith'>,
  version: string,
): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = buildProgram({ ...runtime, exitWith: (code) => void (exitCode = code) }, version);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return usageExit(error, argv, runtime);
    const explained = explain(error, runtime.signal);
    printError(explained, argv, runtime);
    return exitCodeOf(explained.code);
  }
}

/** commander has printed its own words by now; help and version are no failures. */
function usageExit(
  { exitCode, message }: CommanderError,
  argv: readonly string[],
  { stdout }: Omit<Runtime, 'exitWith'>,
): number {
  if (exitCode === 0) return exitCodes.done;
  if (argv.includes('--json'))
    stdout.write(jsonError(new OrqError({ code: 'USAGE', message, hint: 'orq --help' })));
  return exitCodes.usage;
}

function explain(error: unknown, signal: AbortSignal): OrqError {
  if (signal.aborted)
    return new OrqError({
      code: 'CANCELLED',
      message: 'Interrupted.',
      hint: 'Run the command again; it goes on from here.',
    });
  if (isOrqError(error)) return error;
  return new OrqError({
    code: 'BUG',
    message: 'orq itself failed. This is a defect, please report it with the lines below.',
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    cause: error,
  });
}

function printError(
  error: OrqError,
  argv: readonly string[],
  { stdout, stderr, environment }: Omit<Runtime, 'exitWith'>,
): void {
  if (argv.includes('--json')) {
    stdout.write(jsonError(error));
    return;
  }
  const colour = stderr.isTTY === true && !environment['NO_COLOR'] && !argv.includes('--no-color');
  stderr.write(`${errorText(error, paint(colour))}\n`);
}
