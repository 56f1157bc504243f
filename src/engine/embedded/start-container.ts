import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { OrqError } from '../../model/errors.ts';
import type { Connection } from './connection.ts';
import { findKnown, type Known, readAll, stateOf } from './observe-container.ts';
import { allocatePorts } from './ports.ts';
import { prepareLaunch } from './servers/launch.ts';
import { findProgram } from './find-program.ts';
import { endLeftovers } from './leftovers.ts';
import { readJson, writeJson } from './store/json-file.ts';
import { freshStatus, isWanted } from './store/record.ts';

/** Milliseconds that a stop which is under way may take. */
const settleMs = 15_000;
const lookMs = 15;

/** Starts the service of a container under a supervisor of its own; one that runs is left alone. */
export async function startContainer(connection: Connection, id: string): Promise<void> {
  const known = await onceSettled(connection, id);
  const state = stateOf(known);
  if (state === 'running' || state === 'restarting') return;
  const { files, record, status } = known;
  await endLeftoversOf(known);
  const ports = await allocatePorts(connection, record, status.ports);
  const launch = await prepareLaunch(connection, { record, files, ports });
  await writeJson(files.launch, launch);
  await writeJson(files.wanted, { state: 'running' });
  await writeJson(files.status, { ...freshStatus, ports });
  await superviseAndWait(known);
}

/** A container that is being stopped, by an orq that may be dead by now, is waited for: its supervisor is still there. */
async function onceSettled(connection: Connection, id: string): Promise<Known> {
  const deadline = performance.now() + settleMs;
  for (;;) {
    const known = await findKnown(connection, id);
    const wanted = await readJson(known.files.wanted, isWanted);
    const isEnding = known.status.phase === 'exited' || wanted?.state === 'stopped';
    if (!known.supervisorLives || !isEnding || performance.now() > deadline) return known;
    await delay(lookMs);
  }
}

/** A service whose record of running was lost, e.g. with a supervisor that was killed while it started it. */
async function endLeftoversOf({ record }: Known): Promise<void> {
  await endLeftovers({ id: record.id });
}

async function superviseAndWait(known: Known): Promise<void> {
  const ready = await superviseContainer(known, 'start');
  if (ready) return;
  const detail = await readFile(known.files.supervisorLog, 'utf8').catch(() => '');
  throw new OrqError({
    code: 'ENGINE_FAILED',
    message: `Container ${known.record.spec.name} could not be started.`,
    detail: detail.trim() || 'Its supervisor ended at once.',
    hint: `cat ${known.files.supervisorLog}`,
  });
}

/** Starts a supervisor that outlives this process; resolves with whether it came up. */
async function superviseContainer({ files }: Known, task: 'start' | 'adopt'): Promise<boolean> {
  const output = openSync(files.supervisorLog, 'w', 0o600);
  const child = spawn(process.execPath, [await findProgram('supervisor'), files.folder, task], {
    cwd: '/',
    stdio: ['ignore', output, output, 'pipe'],
    detached: true,
  });
  closeSync(output);
  const pipe = child.stdio[3];
  const ready = isReadable(pipe) ? firstWord(pipe) : Promise.resolve(false);
  child.once('error', () => undefined);
  child.unref();
  return task === 'adopt' ? true : ready;
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'read' in stream;
}

function firstWord(pipe: Readable): Promise<boolean> {
  return new Promise((resolve) => {
    pipe.once('data', () => {
      resolve(true);
      pipe.destroy();
    });
    pipe.once('close', () => resolve(false));
    pipe.once('error', () => resolve(false));
  });
}

/** Gives every running service whose supervisor has died a new one. */
export async function adoptOrphans(connection: Connection): Promise<void> {
  const all = await readAll(connection);
  const orphans = all.filter(
    ({ serviceLives, supervisorLives, status }) =>
      serviceLives && !supervisorLives && status.phase === 'running',
  );
  await Promise.all(orphans.map((known) => superviseContainer(known, 'adopt')));
}
