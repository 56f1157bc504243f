import { mkdir } from 'node:fs/promises';
import { cpus, release, totalmem, type as systemName } from 'node:os';
import { messageOf, OrqError } from '../../model/errors.ts';
import type { EngineInfo } from '../../model/observed.ts';
import type { Engine } from '../engine.ts';
import type { Connection } from './connection.ts';
import * as acts from './container-acts.ts';
import { createContainer } from './create-container.ts';
import { readEvents } from './events.ts';
import { runExec } from './exec.ts';
import { fitService } from './fit-service.ts';
import { cannotBuild, findImage, pullImage } from './images.ts';
import { readLogs } from './logs.ts';
import * as networks from './networks.ts';
import { details, findKnown, observeAll } from './observe-container.ts';
import { provideServers } from './provide.ts';
import { reachPort } from './reach.ts';
import { adoptOrphans, startContainer } from './start-container.ts';
import { readStats } from './stats.ts';
import { openEventLog } from './store/event-log.ts';
import { foldersOf } from './store/folders.ts';
import * as volumes from './volumes.ts';

export interface EmbeddedOptions {
  /** Folder `.orq` of the project. */
  readonly stateDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

const version = '1';

/** The engine for a machine without containers: services are plain processes, their records files. */
export async function connectEmbedded({
  stateDirectory,
  environment,
  cwd,
}: EmbeddedOptions): Promise<Engine> {
  const connection: Connection = { folders: foldersOf(stateDirectory), environment, cwd };
  await openFolders(connection);
  await adoptOrphans(connection);
  return {
    kind: 'embedded',
    info: (signal) => unlessAborted(signal, () => Promise.resolve(infoOf(connection))),
    close: () => undefined,
    fit: fitService,
    provide: (references, options) => provideServers(connection, references, options),
    ...containers(connection),
    ...objects(connection),
    events: (filter, signal) => readEvents(connection, filter, signal),
    reach: reachPort,
  };
}

async function openFolders({ folders }: Connection): Promise<void> {
  try {
    await mkdir(folders.containers, { recursive: true });
    openEventLog(folders.events);
  } catch (cause) {
    throw new OrqError({
      code: 'DATA_DIR_UNUSABLE',
      message: `The folder ${folders.root} cannot be written.`,
      detail: messageOf(cause),
      hint: `ls -ld ${folders.stateDirectory}`,
      cause,
    });
  }
}

function infoOf({ folders }: Connection): EngineInfo {
  return {
    kind: 'embedded',
    version,
    apiVersion: version,
    endpoint: folders.root,
    operatingSystem: `${systemName()} ${release()}`,
    cpus: cpus().length,
    memoryBytes: totalmem(),
    dataDirectory: folders.data,
    time: new Date(),
  };
}

/** Files answer at once: an abort counts before the work, not in the middle of it. */
async function unlessAborted<Result>(
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  return work();
}

function containers(connection: Connection) {
  return {
    listContainers: (filter, signal) => unlessAborted(signal, () => observeAll(connection, filter)),
    inspectContainer: (id, signal) =>
      unlessAborted(signal, async () => details(await findKnown(connection, id))),
    createContainer: (spec, signal) => unlessAborted(signal, () => createContainer(connection, spec)),
    startContainer: (id, signal) => unlessAborted(signal, () => startContainer(connection, id)),
    stopContainer: (id, stop) => unlessAborted(stop.signal, () => acts.stopContainer(connection, id, stop)),
    killContainer: (id, name, signal) =>
      unlessAborted(signal, () => acts.killContainer(connection, id, name)),
    unpauseContainer: (id, signal) =>
      unlessAborted(signal, async () => void (await findKnown(connection, id))),
    renameContainer: (id, name, signal) =>
      unlessAborted(signal, () => acts.renameContainer(connection, id, name)),
    removeContainer: (id, remove) =>
      unlessAborted(remove.signal, () => acts.removeContainer(connection, id, remove)),
    logs: (id, options) => readLogs(connection, id, options),
    exec: (id, options) => runExec(connection, id, options),
    stats: (id, signal) => readStats(connection, id, signal),
  } satisfies Partial<Engine>;
}

function objects(connection: Connection) {
  return {
    listNetworks: (filter, signal) => unlessAborted(signal, () => networks.listNetworks(connection, filter)),
    findNetwork: (name, signal) => unlessAborted(signal, () => networks.findNetwork(connection, name)),
    createNetwork: (spec, signal) => unlessAborted(signal, () => networks.createNetwork(connection, spec)),
    removeNetwork: (id, signal) => unlessAborted(signal, () => networks.removeNetwork(connection, id)),
    listVolumes: (filter, signal) => unlessAborted(signal, () => volumes.listVolumes(connection, filter)),
    findVolume: (name, signal) => unlessAborted(signal, () => volumes.findVolume(connection, name)),
    createVolume: (spec, signal) => unlessAborted(signal, () => volumes.createVolume(connection, spec)),
    removeVolume: (name, signal) => unlessAborted(signal, () => volumes.removeVolume(connection, name)),
    findImage: (reference, signal) => unlessAborted(signal, () => findImage(connection, reference)),
    buildImage: () => Promise.reject(cannotBuild()),
    pullImage: (reference, { signal }) => unlessAborted(signal, () => pullImage(connection, reference)),
  } satisfies Partial<Engine>;
}
