import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Compiled code that runs under all the tests' homes share: else each would compile anew. */
const compiled = fileURLToPath(new URL('../../node_modules/.cache/orq-test', import.meta.url));

/** What a process left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  /** Program and arguments that start orq in another way, e.g. as another user. */
  readonly prefix?: readonly string[];
}

/** A process at work. */
export interface Running {
  readonly pid: number;
  /** Resolves with what matches once the output so far does; rejects when the process ends first. */
  until(pattern: RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  closeStdout(): void;
  readonly finished: Promise<Finished>;
}

/** Starts the built CLI as a child process. */
export function startOrq(args: readonly string[], options: RunOptions): Running {
  const [command = '', ...rest] = [...(options.prefix ?? []), process.execPath, program, ...args];
  const env = { XDG_CACHE_HOME: compiled, ...options.env };
  const child = spawn(command, rest, { cwd: options.cwd, env });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  return watch(child);
}

/** Starts any program, observed like orq. */
export function startProgram(argv: readonly string[], options: RunOptions): Running {
  const [command = '', ...rest] = argv;
  return watch(spawn(command, rest, { cwd: options.cwd, env: { ...options.env } }));
}

function watch(child: ChildProcess): Running {
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      listeners.forEach((listener) => listener());
    });
  }
  const finished = once(child, 'close').then(([code]: (number | null)[]): Finished => ({
    code: code ?? null,
    ...output,
  }));
  return {
    pid: child.pid ?? 0,
    until: (pattern) => until(pattern, { output, listeners, finished }),
    kill: (signal) => void child.kill(signal),
    closeStdout: () => child.stdout?.destroy(),
    finished,
  };
}

function until(
  pattern: RegExp,
  process: {
    readonly output: { readonly stdout: string; readonly stderr: string };
    readonly listeners: Set<() => void>;
    readonly finished: Promise<Finished>;
  },
): Promise<string> {
  const { output, listeners, finished } = process;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const [found] = pattern.exec(output.stdout) ?? pattern.exec(output.stderr) ?? [];
      if (found === undefined) return;
      listeners.delete(look);
      resolve(found);
    };
    listeners.add(look);
    void finished.then(({ stdout, stderr }) =>
      reject(new Error(`ended before ${pattern}:\n${stdout}\n${stderr}`)),
    );
    look();
  });
}
