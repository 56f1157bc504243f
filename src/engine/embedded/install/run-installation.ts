import { spawn } from 'node:child_process';
import { OrqError } from '../../../model/errors.ts';

const keptCharacters = 4000;

/** Runs the package manager's commands; what it prints is shown only when it fails. */
export async function runInstallation(
  commands: readonly (readonly string[])[],
  context: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  for (const command of commands) await run(command, context);
}

async function run(
  [program = '', ...args]: readonly string[],
  { environment, signal }: Parameters<typeof runInstallation>[1],
): Promise<void> {
  let output = '';
  const child = spawn(program, args, {
    env: { ...environment },
    stdio: ['inherit', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => void (output = (output + data.toString()).slice(-keptCharacters)));
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  signal?.throwIfAborted();
  if (code === 0) return;
  throw new OrqError({
    code: 'COMMAND_MISSING',
    message: 'The installation of what is missing failed.',
    detail: output.trim(),
    hint: 'Correct what it complains about, then run orq up --install again.',
  });
}
