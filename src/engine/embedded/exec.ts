import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { ReadStream } from 'node:tty';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import type { ExecOptions } from '../engine.ts';
import type { Connection } from './connection.ts';
import { findKnown, stateOf } from './observe-container.ts';
import { readJson } from './store/json-file.ts';
import { isLaunch } from './store/record.ts';

/** Exit code of what could not be started, as shells have it. */
const notStarted = 127;

interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs a command on this machine as if it ran beside the service: its tools on the path, its address in the
 * environment. It runs as whoever runs orq; `user` has no meaning here.
 */
export async function runExec(connection: Connection, id: string, options: ExecOptions): Promise<number> {
  options.signal?.throwIfAborted();
  const command = await commandOf(connection, id, options);
  // A signal that aborted meanwhile tells nobody who listens from now on.
  options.signal?.throwIfAborted();
  const { stdin, tty } = options;
  return tty !== undefined && stdin instanceof ReadStream
    ? runOnTerminal(command, stdin)
    : runPiped(command, options);
}

async function commandOf(connection: Connection, id: string, options: ExecOptions): Promise<Command> {
  const known = await findKnown(connection, id);
  const launch = await readJson(known.files.launch, isLaunch);
  if (launch === undefined || stateOf(known) !== 'running') {
    throw new OrqError({
      code: 'CONFLICT',
      message: `Container ${known.record.spec.name} is not running.`,
    });
  }
  const inherited = defined({ TERM: connection.environment['TERM'] });
  return {
    argv: options.command,
    cwd: options.workingDir ?? (launch.owner === undefined ? launch.cwd : connection.cwd),
    environment: { ...inherited, ...launch.tools, ...options.environment },
  };
}

/** The command gets our own terminal; what we did to it for a remote one is undone meanwhile. */
function runOnTerminal({ argv, cwd, environment }: Command, stdin: ReadStream): Promise<number> {
  const wasRaw = stdin.isRaw;
  stdin.setRawMode(false);
  stdin.pause();
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd, env: { ...environment }, stdio: 'inherit' });
  return new Promise<number>((resolve) => {
    child.once('error', () => resolve(notStarted));
    child.once('exit', (code, signal) => resolve(exitCode(code, signal)));
  }).finally(() => stdin.setRawMode(wasRaw));
}

function runPiped(command: Command, options: ExecOptions): Promise<number> {
  const [program = '', ...args] = command.argv;
  const { cwd, environment } = command;
  const child = spawn(program, args, { cwd, env: { ...environment }, detached: true });
  const { stdin, stdout, stderr, signal } = options;
  child.stdin.on('error', () => undefined);
  if (stdin === undefined) child.stdin.end();
  else stdin.pipe(child.stdin);
  forward(child.stdout, stdout);
  forward(child.stderr, stderr);
  return new Promise<number>((resolve, reject) => {
    const abort = (): void => {
      killGroup(child.pid);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.once('error', (error) => {
      stderr?.write(`${whyNotStarted(command, error)}\n`);
      resolve(notStarted);
    });
    child.once('close', (code, name) => {
      signal?.removeEventListener('abort', abort);
      resolve(exitCode(code, name));
    });
  }).finally(() => {
    stdin?.unpipe(child.stdin);
    stdin?.pause();
  });
}

/** The system says ENOENT for a folder that is not there, too. */
function whyNotStarted({ argv: [program], cwd }: Command, error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') return `orq exec: ${error.message}`;
  return existsSync(cwd)
    ? `orq exec: ${program}: command not found`
    : `orq exec: ${cwd}: no such folder to run ${program} in`;
}

function forward(from: NodeJS.ReadableStream, to: NodeJS.WritableStream | undefined): void {
  if (to === undefined) from.resume();
  else from.pipe(to, { end: false });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
