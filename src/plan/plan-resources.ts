import { composeLabels, orqLabels } from '../model/labels.ts';
import type { ObservedNetwork } from '../model/observed.ts';
import type { Action } from '../model/plan.ts';
import type { Network } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import type { PlanBuilder } from './plan-builder.ts';
import { numberOf, type Wish, type World } from './wish.ts';

/** Step numbers of what containers need before they can be created. */
export interface ResourceSteps {
  readonly networks: ReadonlyMap<string, number>;
  readonly volumes: ReadonlyMap<string, number>;
  readonly images: ReadonlyMap<string, number>;
  /** Keys of networks that are not there. */
  readonly missingNetworks: ReadonlySet<string>;
  /** Keys of networks that are made anew, with everything attached to them. */
  readonly changedNetworks: ReadonlySet<string>;
  /** Container id → the step that stops it, for those that a changed network detaches. */
  readonly stopped: ReadonlyMap<string, number>;
}

interface Input {
  readonly wish: Wish;
  readonly world: World;
  /** Networks that go, as the world has others of their names. */
  readonly surplus: readonly ObservedNetwork[];
  readonly services: readonly Service[];
  readonly builder: PlanBuilder;
}

/** Plans the images, networks and volumes that the services use and that are not there. */
export function planResources(input: Input): ResourceSteps {
  const images = planImages(input);
  const networks = planNetworks(input);
  return { images, ...networks, volumes: planVolumes(input) };
}

function planImages({ services, world, builder }: Input): ReadonlyMap<string, number> {
  const steps = new Map<string, number>();
  for (const service of services) {
    const { image } = service;
    if (world.imageIds[image] !== undefined || steps.has(image)) continue;
    if (service.build === undefined && service.pullPolicy === 'never') continue;
    const action = imageAction(service);
    steps.set(image, builder.add({ resource: `image:${image}`, action, cause: 'not on this machine' }));
  }
  return steps;
}

/** How the image of a service comes to be there. */
function imageAction({ name, image, platform, build }: Service): Action {
  if (build !== undefined) return { kind: 'build-image', image, service: name };
  return { kind: 'pull-image', image, ...(platform === undefined ? {} : { platform }) };
}

function planNetworks(
  input: Input,
): Pick<ResourceSteps, 'networks' | 'missingNetworks' | 'changedNetworks' | 'stopped'> {
  const { wish, world, services, builder } = input;
  const networks = new Map<string, number>();
  const missingNetworks = new Set<string>();
  const changedNetworks = new Set<string>();
  const stopped = new Map<string, number>();
  for (const key of new Set(services.flatMap((service) => Object.keys(service.networks)))) {
    const network = wish.project.networks[key];
    if (network === undefined || network.external) continue;
    const observed = world.networks.find((candidate) => candidate.name === network.name);
    const cleared = removeSurplus(input, key, network.name);
    for (const step of cleared) networks.set(key, step);
    if (observed === undefined) {
      missingNetworks.add(key);
      networks.set(key, addNetwork(builder, key, { cause: 'not found', after: [] }));
    } else if (networkChanged(observed, wish.networkHashes[key])) {
      changedNetworks.add(key);
      const after = [...cleared, ...stopAttached(input, observed, stopped)];
      networks.set(key, replaceNetwork(builder, key, { observed, after }));
    } else {
      noteAdoption(observed, network, builder);
    }
  }
  return { networks, missingNetworks, changedNetworks, stopped };
}

/** Removes one after the other, so that who waits for the last has waited for all. */
function removeSurplus({ surplus, builder }: Input, key: string, name: string): readonly number[] {
  const steps: number[] = [];
  for (const { id } of surplus.filter((network) => network.name === name)) {
    const action = { kind: 'remove-network', id, name } as const;
    const after = steps.slice(-1);
    steps.push(builder.add({ resource: `network:${key}`, action, cause: 'a second one of its name', after }));
  }
  return steps.slice(-1);
}

function addNetwork(
  builder: PlanBuilder,
  key: string,
  { cause, after }: { readonly cause: string; readonly after: readonly number[] },
): number {
  return builder.add({
    resource: `network:${key}`,
    action: { kind: 'create-network', network: key },
    cause,
    after,
  });
}

function stopAttached(
  { world, builder }: Input,
  observed: ObservedNetwork,
  stopped: Map<string, number>,
): readonly number[] {
  return world.containers
    .filter((container) => observed.name in container.networks && container.state === 'running')
    .map((container) => {
      const service = container.labels[composeLabels.service] ?? container.name;
      const step = builder.add({
        resource: `service:${service}:${numberOf(container)}`,
        action: { kind: 'stop-container', service, containerId: container.id, name: container.name },
        cause: `network ${observed.name} changed`,
        risk: 'restart',
      });
      stopped.set(container.id, step);
      return step;
    });
}

function replaceNetwork(
  builder: PlanBuilder,
  key: string,
  { observed, after }: { readonly observed: ObservedNetwork; readonly after: readonly number[] },
): number {
  const removed = builder.add({
    resource: `network:${key}`,
    action: { kind: 'remove-network', id: observed.id, name: observed.name },
    after,
    cause: 'configuration changed',
    risk: 'restart',
  });
  return addNetwork(builder, key, { cause: 'configuration changed', after: [removed] });
}

function networkChanged(observed: ObservedNetwork, hash: string | undefined): boolean {
  const recorded = observed.labels[orqLabels.specHash];
  return recorded !== undefined && hash !== undefined && recorded !== hash;
}

function noteAdoption(observed: ObservedNetwork, network: Network, builder: PlanBuilder): void {
  if (Object.keys(observed.labels).length === 0) {
    builder.note(`network ${network.name} was there already and is used as it is`);
  }
}

function planVolumes({ wish, world, services, builder }: Input): ReadonlyMap<string, number> {
  const steps = new Map<string, number>();
  const keys = services.flatMap((service) =>
    service.mounts.flatMap((mount) =>
      mount.kind === 'volume' && mount.volume !== undefined ? [mount.volume] : [],
    ),
  );
  for (const key of new Set(keys)) {
    const volume = wish.project.volumes[key];
    if (volume === undefined || volume.external) continue;
    const observed = world.volumes.find((candidate) => candidate.name === volume.name);
    if (observed === undefined) {
      const action = { kind: 'create-volume' as const, volume: key };
      steps.set(key, builder.add({ resource: `volume:${key}`, action, cause: 'not found' }));
    } else if (Object.keys(observed.labels).length === 0) {
      builder.note(`volume ${volume.name} was there already and is used with its data`);
    }
  }
  return steps;
}
