import { Writable } from 'node:stream';
import type { Engine } from '../engine/engine.ts';
import { defined } from '../model/defined.ts';
import { jsonDocument } from '../output/json-document.ts';
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

/** The same, its output in one JSON document on stdout. */
export async function runInsideForJson(
  runtime: Runtime,
  engine: Engine,
  inside: InsideCommand & { readonly verb: 'exec' | 'psql'; readonly service: string },
): Promise<number> {
  const [out, err] = [collector(), collector()];
  const { user, workingDir, environment, verb, service } = inside;
  const { stdin, signal } = runtime;
  const exitCode = await engine.exec(inside.id, {
    command: inside.command,
    ...(stdin.isTTY ? {} : { stdin }),
    stdout: out.stream,
    stderr: err.stream,
    signal,
    ...defined({ environment, user, workingDir }),
  });
  const streams = { stdout: out.text(), stderr: err.text() };
  runtime.stdout.write(jsonDocument({ command: verb, service, exitCode, ...streams }));
  return exitCode;
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

/** What stands after a service's name; a `--` between the two is for us. */
export function argumentsInside(argv: readonly string[]): readonly string[] {
  return argv[0] === '--' ? argv.slice(1) : argv;
}
