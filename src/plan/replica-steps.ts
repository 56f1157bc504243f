import { sharedNetworkService } from '../model/dependencies.ts';
import { containerName } from '../model/names.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Service } from '../model/service.ts';
import type { StepInit } from './plan-builder.ts';
import type { Replica, UpDraft } from './plan-service.ts';

/** State of planning one service. */
export interface ServiceDraft {
  readonly draft: UpDraft;
  readonly service: Service;
  /** Steps of its dependencies that a start has to wait for. */
  readonly gates: readonly number[];
  /** Its start steps so far. */
  readonly starts: number[];
  /** Containers to remove once the service is ready. */
  readonly leftovers: { readonly container: ObservedContainer; readonly init: StepInit }[];
}

/** Id of a replica in a plan, e.g. `service:web:1`. */
export function resource({ service }: ServiceDraft, { number }: Replica): string {
  return `service:${service.name}:${number}`;
}

/** Name that a replica's container has to have. */
export function wantedName({ draft, service }: ServiceDraft, { number }: Replica): string {
  return containerName(draft.wish.project, service, number);
}

/** Plans a new container and its start. */
export function create(
  service: ServiceDraft,
  replica: Replica,
  options: {
    readonly cause: string;
    readonly inheritFrom?: string | undefined;
    readonly after?: number;
    readonly group?: string;
  },
): void {
  const { draft } = service;
  const { inheritFrom, group, cause } = options;
  const created = draft.builder.add({
    resource: resource(service, replica),
    action: {
      kind: 'create-container',
      service: service.service.name,
      number: replica.number,
      name: wantedName(service, replica),
      ...(inheritFrom === undefined ? {} : { inheritFrom }),
    },
    after: [...resourceGates(draft, service.service), options.after],
    cause,
    ...(group === undefined ? {} : { group }),
  });
  start(service, replica, { cause, after: [created], group });
}

function resourceGates({ resources, finished }: UpDraft, service: Service): (number | undefined)[] {
  const shared = sharedNetworkService(service);
  return [
    resources.images.get(service.image),
    ...Object.keys(service.networks).map((key) => resources.networks.get(key)),
    ...service.mounts.map((mount) =>
      mount.kind === 'volume' && mount.volume !== undefined ? resources.volumes.get(mount.volume) : undefined,
    ),
    ...(shared === undefined ? [] : (finished.get(shared)?.starts ?? [])),
  ];
}

/** Plans a start, after what the service waits for. */
export function start(
  service: ServiceDraft,
  replica: Replica,
  options: {
    readonly containerId?: string;
    readonly cause: string;
    readonly after: readonly number[];
    readonly group?: string | undefined;
  },
): void {
  const { containerId, cause, after, group } = options;
  const step = service.draft.builder.add({
    resource: resource(service, replica),
    action: {
      kind: 'start-container',
      service: service.service.name,
      number: replica.number,
      name: wantedName(service, replica),
      ...(containerId === undefined ? {} : { containerId }),
    },
    after: [...after, ...service.gates],
    cause,
    ...(group === undefined ? {} : { group }),
  });
  service.starts.push(step);
}

/** Plans the resuming of a paused container. */
export function unpause(
  service: ServiceDraft,
  replica: Replica,
  { container, cause }: { readonly container: ObservedContainer; readonly cause: string },
): void {
  const { id, name } = container;
  const step = service.draft.builder.add({
    resource: resource(service, replica),
    action: { kind: 'unpause-container', service: service.service.name, containerId: id, name },
    after: service.gates,
    cause,
  });
  service.starts.push(step);
}

/** Plans a stop, unless the container is stopped or an earlier step stops it. Returns the step that does. */
export function stop(
  service: ServiceDraft,
  replica: Replica,
  options: {
    readonly container: ObservedContainer;
    readonly cause: string;
    readonly group?: string;
    readonly after: readonly (number | undefined)[];
  },
): number | undefined {
  const { container, cause, group, after } = options;
  const already = service.draft.resources.stopped.get(container.id);
  if (already !== undefined || !['running', 'restarting', 'paused'].includes(container.state)) return already;
  return service.draft.builder.add({
    resource: resource(service, replica),
    action: {
      kind: 'stop-container',
      service: service.service.name,
      containerId: container.id,
      name: container.name,
    },
    after,
    cause,
    risk: 'restart',
    ...(group === undefined ? {} : { group }),
  });
}

/** Plans a removal for when the service is ready. */
export function removeLater(
  service: ServiceDraft,
  replica: Replica,
  {
    container,
    cause,
    group,
  }: { readonly container: ObservedContainer; readonly cause: string; readonly group?: string },
): void {
  service.leftovers.push({
    container,
    init: {
      resource: resource(service, replica),
      action: {
        kind: 'remove-container',
        service: service.service.name,
        containerId: container.id,
        name: container.name,
        anonymousVolumes: false,
      },
      cause,
      ...(group === undefined ? {} : { group }),
    },
  });
}
