import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isOrqError } from '../../model/errors.ts';
import type { Connection } from './connection.ts';
import { refuseTakenName } from './create-container.ts';
import { lives, signalProcess } from './identity.ts';
import { endLeftovers } from './leftovers.ts';
import { findKnown, type Known } from './observe-container.ts';
import { noteEvent } from './store/event-log.ts';
import { readJson, writeJson } from './store/json-file.ts';
import { isLaunch, isStatus } from './store/record.ts';
import { removeVolume } from './volumes.ts';

const lookMs = 15;
/** Milliseconds that a supervisor gets to note the end after the kill. */
const afterKillMs = 3000;

/** Stops a service: its supervisor does, or we when that has died. */
export async function stopContainer(
  connection: Connection,
  id: string,
  { timeoutMs, signal }: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
): Promise<void> {
  const known = await findKnown(connection, id);
  const grace = timeoutMs ?? known.record.spec.stopGracePeriodMs;
  await writeJson(known.files.wanted, { state: 'stopped', timeoutMs: grace });
  await end(known, grace, signal);
}

async function end(known: Known, graceMs: number, signal: AbortSignal | undefined): Promise<void> {
  const { status } = known;
  const parts = [status.supervisor, status.process];
  if (known.supervisorLives && status.supervisor !== undefined)
    signalProcess(status.supervisor.pid, 'SIGTERM');
  else await endUnsupervised(known);
  const deadline = performance.now() + graceMs + afterKillMs;
  while (await anyLives(parts)) {
    signal?.throwIfAborted();
    if (performance.now() > deadline) await force(known);
    await delay(lookMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
  signal?.throwIfAborted();
  await noteUnsupervisedEnd(known);
}

async function anyLives(parts: readonly Known['status']['process'][]): Promise<boolean> {
  const alive = await Promise.all(parts.map(lives));
  return alive.includes(true);
}

async function endUnsupervised({ files, status, serviceLives }: Known): Promise<void> {
  const launch = await readJson(files.launch, isLaunch);
  if (serviceLives && status.process !== undefined)
    signalProcess(status.process.pid, launch?.stopSignal ?? 'SIGTERM');
}

async function force({ files, status }: Known): Promise<void> {
  for (const part of [status.supervisor, status.process]) {
    if (part !== undefined && (await lives(part))) {
      signalProcess(part.pid, 'SIGKILL', 'group');
      signalProcess(part.pid, 'SIGKILL');
    }
  }
  const launch = await readJson(files.launch, isLaunch);
  if (launch !== undefined) await endLeftovers(launch);
}

/** What a supervisor would have written, had there been one to the end. */
async function noteUnsupervisedEnd({ files, record }: Known): Promise<void> {
  const status = await readJson(files.status, isStatus);
  const launch = await readJson(files.launch, isLaunch);
  if (status === undefined || launch === undefined) return;
  if (status.phase !== 'running' && status.phase !== 'restarting') return;
  const { process: _gone, ...rest } = status;
  await endLeftovers(launch);
  await writeJson(files.status, { ...rest, phase: 'exited', finishedAt: new Date().toISOString() });
  noteEvent({ ...launch, name: record.spec.name }, 'die');
}

/** Sends a signal to the service itself; nothing happens where none runs. */
export async function killContainer(connection: Connection, id: string, signalName: string): Promise<void> {
  const { status, serviceLives } = await findKnown(connection, id);
  if (serviceLives && status.process !== undefined) signalProcess(status.process.pid, signalName);
}

export async function renameContainer(connection: Connection, id: string, name: string): Promise<void> {
  const { files, record } = await findKnown(connection, id);
  await refuseTakenName(connection, name, record.id);
  await writeJson(files.record, { ...record, spec: { ...record.spec, name } });
  noteEvent(
    { eventLog: connection.folders.events, id: record.id, name, labels: record.spec.labels },
    'rename',
  );
}

/** Removes a container, running or not; one that is gone is no failure. */
export async function removeContainer(
  connection: Connection,
  id: string,
  { anonymousVolumes, signal }: { readonly anonymousVolumes: boolean; readonly signal?: AbortSignal },
): Promise<void> {
  const known = await findKnown(connection, id).catch((error: unknown) => {
    if (isOrqError(error) && error.code === 'NOT_FOUND') return undefined;
    throw error;
  });
  if (known === undefined) return;
  const { files, record } = known;
  const { name, labels, mounts } = record.spec;
  await writeJson(files.wanted, { state: 'stopped', timeoutMs: 0 }).catch(() => undefined);
  await end(known, 0, signal);
  await rm(files.folder, { recursive: true, force: true, maxRetries: 5 });
  noteEvent({ eventLog: connection.folders.events, id: record.id, name, labels }, 'destroy');
  if (!anonymousVolumes) return;
  for (const mount of mounts) {
    if (mount.kind === 'volume' && /^[0-9a-f]{64}$/.test(mount.source ?? ''))
      await removeVolume(connection, mount.source ?? '').catch(() => undefined);
  }
}
