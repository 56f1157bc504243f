import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { defined } from '../../../model/defined.ts';
import { identify } from '../identity.ts';
import type { ProcessIdentity } from '../store/record.ts';
import type { Outcome } from './run-once.ts';
import { memoryLimit } from './memory-limit.ts';
import type { Supervision } from './supervise.ts';

export interface ServiceProcess {
  readonly pid: number | undefined;
  readonly identity: ProcessIdentity | undefined;
  readonly exit: Promise<Omit<Outcome, 'ranMs'>>;
}

/** Exit code of what could not be started, as shells have it. */
const notStarted = 127;

/**
 * Starts the service in a session of its own. It writes to files, not to pipes: nothing it does depends on this
 * supervisor living.
 */
export async function startService({ files, launch, log }: Supervision): Promise<ServiceProcess> {
  const limit = launch.memoryBytes === undefined ? undefined : memoryLimit(launch.id, launch.memoryBytes);
  if (launch.memoryBytes !== undefined && limit === undefined)
    log.write('stderr', 'orq: the memory limit is not held: making a control group needs root\n');
  const [command = '', ...args] = launch.argv;
  const { uid, gid } = launch.owner ?? {};
  const stdout = openSync(files.raw.stdout, 'a', 0o600);
  const stderr = openSync(files.raw.stderr, 'a', 0o600);
  const start = (): ChildProcess =>
    spawn(command, args, {
      cwd: launch.cwd,
      env: { ...launch.environment },
      stdio: ['ignore', stdout, stderr],
      detached: true,
      ...defined({ uid, gid }),
    });
  const child = limit === undefined ? start() : limit.start(start);
  const exit = new Promise<Omit<Outcome, 'ranMs'>>((resolve) => {
    child.once('error', (error) => resolve({ exitCode: notStarted, error: error.message }));
    child.once('exit', (code, signal) => {
      const oomKilled = limit?.wasExceeded() === true;
      limit?.remove();
      resolve({ exitCode: exitCodeOf(code, signal), oomKilled });
    });
  });
  closeSync(stdout);
  closeSync(stderr);
  const identity = child.pid === undefined ? undefined : await identify(child.pid);
  return { pid: child.pid, identity, exit };
}

/** 128 and the signal's number for what a signal ended. */
export function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
