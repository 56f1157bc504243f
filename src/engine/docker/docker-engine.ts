import type { ContainerFilter, Engine } from '../engine.ts';
import { look, type Client } from './client.ts';
import { buildImage } from './build/build-image.ts';
import * as acts from './container-acts.ts';
import { containerDetails } from './container-details.ts';
import { createContainer } from './create-container.ts';
import type { EndpointWish } from './find-endpoint.ts';
import { readEvents } from './events.ts';
import { runExec } from './exec.ts';
import { openForwards } from './forwards.ts';
import { findImage } from './images.ts';
import { readInfo } from './info.ts';
import { labelFilter, withLabels } from './label-filter.ts';
import { killedForMemory } from './killed-for-memory.ts';
import { readLogs } from './logs.ts';
import * as networks from './networks.ts';
import { observedContainer } from './observed-container.ts';
import { openClient } from './open-client.ts';
import { pullImage } from './pull.ts';
import { reachContainer } from './reach.ts';
import { readStats } from './stats.ts';
import * as volumes from './volumes.ts';

export interface ConnectOptions extends EndpointWish {
  readonly signal?: AbortSignal;
}

/** Finds the engine, agrees on an API version with it and returns it behind the port. */
export async function connectDocker(options: ConnectOptions): Promise<Engine> {
  const { client, close } = await openClient(options);
  const forwards = openForwards(client);
  return {
    kind: client.kind,
    info: (signal) => readInfo(client, signal),
    close: () => {
      forwards.close();
      close();
    },
    ...containers(client),
    ...objects(client),
    events: (filter, signal) => readEvents(client, filter, signal),
    reach: (container, port) => reachContainer(client, container, port),
    forward: ({ id }, port, signal) => forwards.open(id, port, signal),
  };
}

type ContainerMethods = Pick<
  Engine,
  | `${'inspect' | 'create' | 'start' | 'stop' | 'kill' | 'unpause' | 'rename' | 'remove'}Container`
  | 'listContainers'
  | 'logs'
  | 'exec'
  | 'stats'
>;

function containers(client: Client): ContainerMethods {
  return {
    listContainers: (filter, signal) => listContainers(client, filter, signal),
    inspectContainer: (id, signal) => inspectContainer(client, id, signal),
    createContainer: (spec, signal) => createContainer(client, spec, signal),
    startContainer: (id, signal) => acts.startContainer(client, id, signal),
    stopContainer: (id, stop) => acts.stopContainer(client, id, stop),
    killContainer: (id, signalName, signal) => acts.killContainer(client, id, { signalName, signal }),
    unpauseContainer: (id, signal) => acts.unpauseContainer(client, id, signal),
    renameContainer: (id, name, signal) => acts.renameContainer(client, id, { name, signal }),
    removeContainer: (id, remove) => acts.removeContainer(client, id, remove),
    logs: (id, wish) => readLogs(client, id, wish),
    exec: (id, wish) => runExec(client, id, wish),
    stats: (id, signal) => readStats(client, id, signal),
  };
}

function objects(client: Client) {
  return {
    listNetworks: (filter, signal) => networks.listNetworks(client, filter, signal),
    findNetwork: (name, signal) => networks.findNetwork(client, name, signal),
    createNetwork: (spec, signal) => networks.createNetwork(client, spec, signal),
    removeNetwork: (id, signal) => networks.removeNetwork(client, id, signal),
    listVolumes: (filter, signal) => volumes.listVolumes(client, filter, signal),
    findVolume: (name, signal) => volumes.findVolume(client, name, signal),
    createVolume: (spec, signal) => volumes.createVolume(client, spec, signal),
    removeVolume: (name, signal) => volumes.removeVolume(client, name, signal),
    findImage: (reference, signal) => findImage(client, reference, signal),
    pullImage: (reference, wish) => pullImage(client, reference, wish),
    buildImage: (spec, wish) => buildImage(client, spec, wish),
  } satisfies Partial<Engine>;
}

async function listContainers(client: Client, filter: ContainerFilter, signal?: AbortSignal) {
  const filters = labelFilter(filter);
  const found = await look(client, { doing: 'list the containers', signal }, () =>
    client.docker.listContainers({ all: true, filters, ...abortOption(signal) }),
  );
  return withLabels(found.map(observedContainer), filter);
}

async function inspectContainer(client: Client, id: string, signal?: AbortSignal) {
  const info = await look(client, { doing: `inspect container ${id}`, signal }, () =>
    client.docker.getContainer(id).inspect(abortOption(signal)),
  );
  const oomKilled = await killedForMemory(client, info, signal);
  return { ...containerDetails(info), oomKilled };
}

function abortOption(signal: AbortSignal | undefined) {
  return signal === undefined ? {} : { abortSignal: signal };
}
