import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../model/errors.ts';
import { noteEvent } from '../store/event-log.ts';
import { lives, signalProcess } from '../identity.ts';
import { removeStaleLock } from '../leftovers.ts';
import { initialisePostgres } from './initialise-postgres.ts';
import { watchHealth } from './watch-health.ts';
import { type ServiceProcess, startService } from './start-service.ts';
import type { Supervision } from './supervise.ts';

/** How one run of a service ended. */
export interface Outcome {
  /** Unknown for a process that was taken over from a dead supervisor. */
  readonly exitCode?: number;
  readonly error?: string;
  readonly oomKilled?: boolean;
  readonly ranMs: number;
}

const lookMs = 100;

/** Runs the service once, initialisation included. `onStarted` is told when there is something to see. */
export async function runOnce(supervision: Supervision, onStarted: () => void): Promise<Outcome> {
  const { launch, status, stop } = supervision;
  const startedAt = performance.now();
  const health = hasCheck(supervision) ? 'starting' : 'none';
  await status.update({
    phase: 'running',
    health,
    healthLog: [],
    startedAt: new Date().toISOString(),
    exitCode: undefined,
    oomKilled: undefined,
    error: undefined,
    finishedAt: undefined,
  });
  const outcome = (exit: Omit<Outcome, 'ranMs'>): Outcome => ({
    ...exit,
    ranMs: performance.now() - startedAt,
  });
  try {
    if (launch.postgres !== undefined) {
      noteEvent(launch, 'start');
      onStarted();
      if (launch.postgres.initialise) await initialisePostgres(launch.postgres, supervision);
      stop.throwIfAborted();
    }
  } catch (error) {
    return outcome({ exitCode: 1, error: messageOf(error) });
  }
  await removeStaleLock(launch);
  const service = await startService(supervision);
  await status.update({ process: service.identity });
  if (launch.postgres === undefined) {
    noteEvent(launch, 'start');
    onStarted();
  }
  return outcome(await untilExit(service, supervision));
}

async function untilExit(service: ServiceProcess, supervision: Supervision): Promise<Omit<Outcome, 'ranMs'>> {
  const stopping = stopWhenAsked(service.pid, supervision);
  const checks = watchHealth(supervision);
  try {
    return await service.exit;
  } finally {
    stopping.cancel();
    await checks.stop();
  }
}

/** Takes over a running service: its end is noticed, but its exit code is not ours to know. */
export async function waitForAdopted(supervision: Supervision): Promise<Outcome> {
  const { process: service, startedAt } = supervision.status.current();
  await supervision.status.update({});
  const ranMs = (): number => Date.now() - new Date(startedAt ?? Date.now()).getTime();
  if (service === undefined) return { ranMs: ranMs() };
  const stopping = stopWhenAsked(service.pid, supervision);
  const checks = watchHealth(supervision);
  while (await lives(service)) await delay(lookMs);
  stopping.cancel();
  await checks.stop();
  return { ranMs: ranMs() };
}

/** Sends the stop signal once a stop is asked for, and kills the process group when the time is over. */
function stopWhenAsked(pid: number | undefined, supervision: Supervision): { readonly cancel: () => void } {
  const { launch, stop, stopTimeoutMs } = supervision;
  let timer: NodeJS.Timeout | undefined;
  const act = (): void => {
    if (pid === undefined) return;
    signalProcess(pid, launch.stopSignal);
    timer = setTimeout(() => signalProcess(pid, 'SIGKILL', 'group'), stopTimeoutMs());
  };
  if (stop.aborted) act();
  else stop.addEventListener('abort', act, { once: true });
  return {
    cancel: () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', act);
      // What the service left behind in its group goes with it, as in a container.
      if (pid !== undefined) signalProcess(pid, 'SIGKILL', 'group');
    },
  };
}

function hasCheck({ launch }: Supervision): boolean {
  const test = launch.healthcheck?.test;
  return test !== undefined && test.length > 0 && test[0] !== 'NONE';
}
