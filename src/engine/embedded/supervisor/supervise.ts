import { writeSync } from 'node:fs';
import { containerFiles, type ContainerFiles } from '../store/folders.ts';
import { noteEvent } from '../store/event-log.ts';
import { readJson } from '../store/json-file.ts';
import { freshStatus, isLaunch, isStatus, isWanted, type Launch } from '../store/record.ts';
import { identify } from '../identity.ts';
import { endLeftovers } from '../leftovers.ts';
import { forwardPorts } from './forward-ports.ts';
import { restartDelay, waitToRestart } from './restart.ts';
import { type Outcome, runOnce, waitForAdopted } from './run-once.ts';
import { openServiceLog, type ServiceLog } from './service-log.ts';
import { claimSupervision } from './claim.ts';
import { keepStatus, type StatusKeeper } from './status-keeper.ts';

/** What the parts of one supervisor share. */
export interface Supervision {
  readonly files: ContainerFiles;
  readonly launch: Launch;
  readonly status: StatusKeeper;
  readonly log: ServiceLog;
  /** Aborts when the container is to stop. */
  readonly stop: AbortSignal;
  /** Milliseconds between the stop signal and the kill, once it is to stop. */
  readonly stopTimeoutMs: () => number;
}

/** Descriptor on which the starting orq waits. */
const readyDescriptor = 3;

/**
 * Runs a service until it ends for good: restarts it by its policy, keeps its log and status, asks its healthcheck.
 * With `adopt` it takes over a service whose supervisor has died.
 */
export async function supervise(folder: string, task: 'start' | 'adopt'): Promise<void> {
  const files = containerFiles(folder);
  const launch = await readJson(files.launch, isLaunch);
  const self = await identify(process.pid);
  if (launch === undefined || self === undefined || !(await claimSupervision(files.supervisor, self))) return;
  const before = (await readJson(files.status, isStatus)) ?? freshStatus;
  const status = keepStatus(files.status, { ...before, supervisor: self, ports: launch.ports });
  const log = openServiceLog(files, launch.log);
  const { stop, stopTimeoutMs } = listenForStop(files, launch);
  const supervision: Supervision = { files, launch, status, log, stop, stopTimeoutMs };
  if (task === 'start') await endLeftovers(launch);
  const first = task === 'adopt' ? () => waitForAdopted(supervision) : undefined;
  const forwarding = forwardPorts(launch);
  await runUntilDone(supervision, first);
  forwarding.close();
  log.close();
}

async function runUntilDone(
  supervision: Supervision,
  adopted: (() => Promise<Outcome>) | undefined,
): Promise<void> {
  const { launch, status, stop } = supervision;
  let attempt = adopted ?? (() => runOnce(supervision, tellReady));
  for (let failures = 0; ; failures += 1) {
    const outcome = await attempt();
    if (outcome.ranMs > restartDelay.resetAfterMs) failures = 0;
    const again = !stop.aborted && shouldRestart(launch, outcome, status.current().restartCount);
    await noteEnd(supervision, outcome, again);
    if (!again || !(await waitToRestart(failures, stop))) break;
    await status.update({ restartCount: status.current().restartCount + 1 });
    attempt = () => runOnce(supervision, () => undefined);
  }
  await status.update({ phase: 'exited' });
}

/** Tells the orq that waits for the start. */
function tellReady(): void {
  try {
    writeSync(readyDescriptor, 'ready\n');
  } catch {
    // Whoever started this has gone; the service goes on.
  }
}

async function noteEnd(
  { launch, log, status }: Supervision,
  outcome: Outcome,
  again: boolean,
): Promise<void> {
  await endLeftovers(launch);
  log.drain();
  const { exitCode, error, oomKilled } = outcome;
  await status.update({
    phase: again ? 'restarting' : 'exited',
    process: undefined,
    exitCode,
    error,
    oomKilled,
    finishedAt: new Date().toISOString(),
  });
  noteEvent(launch, 'die', exitCode === undefined ? {} : { exitCode: String(exitCode) });
}

function shouldRestart({ restart }: Launch, { exitCode }: Outcome, restarts: number): boolean {
  if (restart.name === 'no') return false;
  if (restart.name !== 'on-failure') return true;
  return exitCode !== 0 && restarts < (restart.maximumRetryCount ?? Number.POSITIVE_INFINITY);
}

/** SIGTERM means: look at what is wanted. A shutdown of the machine sends it too, and then nothing is wanted. */
function listenForStop(
  files: ContainerFiles,
  launch: Launch,
): { readonly stop: AbortSignal; readonly stopTimeoutMs: () => number } {
  const controller = new AbortController();
  let timeoutMs = launch.stopGraceMs;
  const look = async (): Promise<void> => {
    const wanted = await readJson(files.wanted, isWanted);
    if (wanted?.state !== 'stopped') return;
    timeoutMs = wanted.timeoutMs;
    controller.abort();
  };
  process.on('SIGTERM', () => void look());
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  void look();
  return { stop: controller.signal, stopTimeoutMs: () => timeoutMs };
}
