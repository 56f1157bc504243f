import { createInterface } from 'node:readline/promises';
import { childOf } from '../model/abort.ts';
import { OrqError } from '../model/errors.ts';
import type { Runtime } from './runtime.ts';

export interface Question {
  readonly text: string;
  /** What has to be typed. */
  readonly answer: string;
  /** Said when there is no terminal, e.g. `--yes`. */
  readonly flag: string;
}

/** Asks for a word to be typed. Throws NOT_CONFIRMED for another word, or when there is no terminal to ask on. */
export async function askFor(runtime: Runtime, { text, answer, flag }: Question): Promise<void> {
  requireTerminal(runtime, flag);
  if ((await askLine(runtime, text)) === answer) return;
  throw new OrqError({ code: 'NOT_CONFIRMED', message: 'Not confirmed; nothing was changed.' });
}

/** Asks for one of several, by number. Throws NOT_CONFIRMED when none is chosen. */
export async function askChoice(
  runtime: Runtime,
  { text, choices, flag }: { readonly text: string; readonly choices: number; readonly flag: string },
): Promise<number> {
  requireTerminal(runtime, flag);
  for (;;) {
    const answer = await askLine(runtime, text);
    if (answer === undefined || answer === '')
      throw new OrqError({ code: 'NOT_CONFIRMED', message: 'Nothing was chosen; nothing was changed.' });
    const number = Number(answer);
    if (Number.isInteger(number) && number >= 1 && number <= choices) return number - 1;
    runtime.stderr.write(`A number from 1 to ${choices}, or nothing to leave.\n`);
  }
}

/** True when there is somebody to ask. */
export function canAsk({ stdin, stderr }: Runtime): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Throws NOT_CONFIRMED, saying what answers the question, when there is no terminal to ask on. */
function requireTerminal(runtime: Runtime, flag: string): void {
  if (canAsk(runtime)) return;
  throw new OrqError({
    code: 'NOT_CONFIRMED',
    message: 'This has to be confirmed, and there is no terminal to ask on.',
    hint: `Run it with ${flag} to confirm.`,
  });
}

/** A line that is typed, without blanks around it; undefined at the end of the input. Ctrl-C interrupts orq. */
export async function askLine({ stdin, stderr, signal }: Runtime, text: string): Promise<string | undefined> {
  const lines = createInterface({ input: stdin, output: stderr });
  const child = childOf(signal);
  const atEnd = Symbol('end of the input');
  // On a terminal the line editor gets the key; the process is to hear of it as of any other signal.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  lines.on('close', () => child.abort(atEnd));
  try {
    return (await lines.question(`${text} `, { signal: child.signal })).trim();
  } catch (error) {
    signal.throwIfAborted();
    if (child.signal.reason === atEnd) return undefined;
    throw error;
  } finally {
    child.release();
    lines.close();
  }
}
