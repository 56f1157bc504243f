import type { Engine } from '../engine/engine.ts';
import { defined } from '../model/defined.ts';
import type { Runtime } from './runtime.ts';

export interface InsideCommand {
  readonly id: string;
  readonly command: readonly string[];
  /** Use a terminal when stdin and stdout are one. */
  readonly tty: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDir?: string;
}

/** Runs a command in a container with this process's streams; returns its exit code. */
export async function runInside(
  { stdin, stdout, stderr, signal }: Runtime,
  engine: Engine,
  { id, command, tty, environment, user, workingDir }: InsideCommand,
): Promise<number> {
  const terminal = tty && stdin.isTTY && stdout.isTTY;
  let onResize: (() => void) | undefined;
  if (terminal) stdin.setRawMode(true);
  try {
    return await engine.exec(id, {
      command,
      stdin,
      stdout,
      stderr,
      signal,
      ...defined({ environment, user, workingDir }),
      ...(terminal ? { tty: { columns: stdout.columns, rows: stdout.rows } } : {}),
      onResizable: (resize) => {
        onResize = () => void resize(stdout.columns, stdout.rows).catch(() => undefined);
        stdout.on('resize', onResize);
      },
    });
  } finally {
    if (onResize !== undefined) stdout.off('resize', onResize);
    if (terminal) stdin.setRawMode(false);
    stdin.pause();
  }
}

/** What stands after a service's name; a `--` between the two is for us. */
export function argumentsInside(argv: readonly string[]): readonly string[] {
  return argv[0] === '--' ? argv.slice(1) : argv;
}
