import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import type {
  ContainerDetails,
  ContainerState,
  ObservedContainer,
  ObservedMount,
} from '../../model/observed.ts';
import type { ContainerFilter } from '../engine.ts';
import type { Connection } from './connection.ts';
import { lives } from './identity.ts';
import { type ContainerFiles, containerFiles } from './store/folders.ts';
import { readJson } from './store/json-file.ts';
import {
  type ContainerRecord,
  type ContainerStatus,
  freshStatus,
  isRecord,
  isStatus,
} from './store/record.ts';

/** A container with all that is written about it. */
export interface Known {
  readonly files: ContainerFiles;
  readonly record: ContainerRecord;
  readonly status: ContainerStatus;
  /** Whether the service, and the supervisor, run at this moment. */
  readonly serviceLives: boolean;
  readonly supervisorLives: boolean;
}

/** Every container of the state directory. */
export async function readAll({ folders }: Connection): Promise<readonly Known[]> {
  const ids = await readdir(folders.containers).catch(() => []);
  const known = await Promise.all(ids.map((id) => readKnown(join(folders.containers, id))));
  return known
    .filter((container) => container !== undefined)
    .sort((a, b) => a.record.createdAt.localeCompare(b.record.createdAt));
}

async function readKnown(folder: string): Promise<Known | undefined> {
  const files = containerFiles(folder);
  const record = await readJson(files.record, isRecord);
  if (record === undefined) return undefined;
  const status = (await readJson(files.status, isStatus)) ?? freshStatus;
  const [serviceLives, supervisorLives] = await Promise.all([
    lives(status.process),
    lives(status.supervisor),
  ]);
  return { files, record, status, serviceLives, supervisorLives };
}

/** A container by id or name. Throws NOT_FOUND. */
export async function findKnown(connection: Connection, id: string): Promise<Known> {
  const direct = /^[0-9a-f]+$/.test(id)
    ? await readKnown(join(connection.folders.containers, id))
    : undefined;
  if (direct !== undefined) return direct;
  const all = await readAll(connection);
  const found = all.find(({ record }) => record.id === id || record.spec.name === id);
  if (found !== undefined) return found;
  throw new OrqError({ code: 'NOT_FOUND', message: `There is no container ${id} on the embedded engine.` });
}

/** Containers as a listing shows them. */
export async function observeAll(
  connection: Connection,
  filter: ContainerFilter = {},
): Promise<ObservedContainer[]> {
  const all = await readAll(connection);
  return all.filter(({ record }) => hasLabels(record.spec.labels, filter)).map(observed);
}

export function hasLabels(
  labels: Readonly<Record<string, string>>,
  { labels: wanted = {} }: ContainerFilter,
): boolean {
  return Object.entries(wanted).every(([name, value]) =>
    value === null ? labels[name] !== undefined : labels[name] === value,
  );
}

/** The truth about the state: what is written, corrected by which processes really run. */
export function stateOf({ status, serviceLives, supervisorLives }: Known): ContainerState {
  const { phase } = status;
  if (phase === 'created' || phase === 'exited') return serviceLives ? 'running' : phase;
  if (supervisorLives) return phase;
  return serviceLives ? 'running' : 'exited';
}

function observed(known: Known): ObservedContainer {
  const { record, status } = known;
  const { spec } = record;
  const state = stateOf(known);
  const runs = state === 'running';
  return {
    id: record.id,
    name: spec.name,
    state,
    health: runs ? status.health : 'none',
    image: spec.image,
    imageId: record.imageId,
    labels: spec.labels,
    ports: runs || state === 'restarting' ? status.ports : spec.ports,
    networks: Object.fromEntries(Object.keys(spec.networks).map((name) => [name, ''])),
    networkIds: {},
    mounts: spec.mounts.map(observedMount),
    createdAt: new Date(record.createdAt),
    ...(runs ? {} : defined({ exitCode: status.exitCode })),
  };
}

function observedMount(mount: ContainerRecord['spec']['mounts'][number]): ObservedMount {
  const { kind, target } = mount;
  return { kind, target, source: kind === 'tmpfs' ? '' : (mount.source ?? '') };
}

export function details(known: Known): ContainerDetails {
  const { record, status } = known;
  const { spec } = record;
  const { startedAt, finishedAt, error } = status;
  return {
    ...observed(known),
    environment: { ...spec.environment, ...spec.embedded?.environment },
    command: spec.embedded?.command ?? [...(spec.entrypoint ?? []), ...(spec.command ?? [])],
    oomKilled: status.oomKilled === true,
    restartCount: status.restartCount,
    tty: spec.host.tty === true,
    healthLog: status.healthLog.map((entry) => ({ ...entry, at: new Date(entry.at) })),
    ...defined({
      error,
      pid: status.process?.pid,
      startedAt: startedAt === undefined ? undefined : new Date(startedAt),
      finishedAt: finishedAt === undefined ? undefined : new Date(finishedAt),
    }),
  };
}
