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
    if (error instanceof CommanderError) {
      const command = program.commands.find((known) => argv.includes(known.name()))?.name();
      return usageExit(error, { argv, hint: ['orq', command, '--help'].filter(Boolean).join(' ') }, runtime);
    }
    const explained = explain(error, runtime.signal);
    printError(explained, argv, runtime);
    return exitCodeOf(explained.code);
  }
}

/** Help and version are no failures; of a mistake commander says nothing itself. */
function usageExit(
  { exitCode, message }: CommanderError,
  { argv, hint }: { readonly argv: readonly string[]; readonly hint: string },
  runtime: Omit<Runtime, 'exitWith'>,
): number {
  if (exitCode === 0) return exitCodes.done;
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  const detail = rest.join('\n');
  printError(new OrqError({ code: 'USAGE', message: first, detail, hint }), argv, runtime);
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
