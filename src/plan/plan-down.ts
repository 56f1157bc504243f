import { dependenciesOf } from '../model/dependencies.ts';
import { composeLabels } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { Project } from '../model/project.ts';
import { type PlanBuilder, planBuilder } from './plan-builder.ts';
import { numberOf, orphansOf, type World } from './wish.ts';

export interface DownOptions {
  /** Only these services; networks and volumes then stay. */
  readonly services?: readonly string[];
  readonly volumes?: boolean;
  readonly removeOrphans?: boolean;
  readonly timeoutMs?: number;
}

interface Draft {
  readonly project: Project;
  readonly world: World;
  readonly options: DownOptions;
  readonly builder: PlanBuilder;
  readonly doomed: readonly ObservedContainer[];
  /** Service → its stop steps. */
  readonly stops: Map<string, number[]>;
}

/**
 * Steps that stop and remove what the project runs, dependents before what they depend on. Services that Compose
 * profiles switch off are included; named volumes stay unless asked for.
 */
export function planDown(project: Project, world: World, options: DownOptions = {}): Plan {
  const builder = planBuilder('down', project.name);
  const orphans = new Set(orphansOf(project, world).map(({ id }) => id));
  const doomed = world.containers.filter(
    (container) =>
      (options.removeOrphans === true || !orphans.has(container.id)) &&
      isSelected(container, options.services),
  );
  const draft: Draft = { project, world, options, builder, doomed, stops: new Map() };
  inStopOrder(project, doomed).forEach((container) => planStop(draft, container));
  const removed = doomed.map((container) => planRemoval(draft, container));
  const staying = world.containers.filter((container) => !doomed.includes(container));
  if (options.services === undefined) planResources(draft, { removed, staying });
  if (options.removeOrphans !== true) noteOrphans(draft, orphans);
  return builder.build();
}

function isSelected(container: ObservedContainer, services: readonly string[] | undefined): boolean {
  return services === undefined || services.includes(container.labels[composeLabels.service] ?? '');
}

/** Dependents first; containers without a service of the files before all. */
function inStopOrder(
  project: Project,
  containers: readonly ObservedContainer[],
): readonly ObservedContainer[] {
  const depth = (name: string): number => {
    const service = project.services[name];
    if (service === undefined) return Number.MAX_SAFE_INTEGER;
    return Math.max(0, ...Object.keys(dependenciesOf(service)).map((dependency) => depth(dependency) + 1));
  };
  return [...containers].sort((a, b) => depth(serviceOf(b)) - depth(serviceOf(a)));
}

function serviceOf(container: ObservedContainer): string {
  return container.labels[composeLabels.service] ?? container.name;
}

function isAlive({ state }: ObservedContainer): boolean {
  return state === 'running' || state === 'restarting' || state === 'paused';
}

function planStop(draft: Draft, container: ObservedContainer): void {
  if (!isAlive(container)) return;
  const service = serviceOf(container);
  const dependents = Object.values(draft.project.services).filter(
    (other) => dependenciesOf(other)[service] !== undefined,
  );
  const { timeoutMs } = draft.options;
  const step = draft.builder.add({
    resource: `service:${service}:${numberOf(container)}`,
    action: {
      kind: 'stop-container',
      service,
      containerId: container.id,
      name: container.name,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    },
    after: dependents.flatMap(({ name }) => draft.stops.get(name) ?? []),
    cause: 'down',
    risk: 'restart',
  });
  draft.stops.set(service, [...(draft.stops.get(service) ?? []), step]);
}

function planRemoval({ builder, options, stops }: Draft, container: ObservedContainer): number {
  const service = serviceOf(container);
  const anonymousVolumes = options.volumes === true;
  return builder.add({
    resource: `service:${service}:${numberOf(container)}`,
    action: {
      kind: 'remove-container',
      service,
      containerId: container.id,
      name: container.name,
      anonymousVolumes,
    },
    after: isAlive(container) ? (stops.get(service) ?? []) : [],
    cause: 'down',
    risk: anonymousVolumes ? 'data-loss' : 'restart',
  });
}

function planResources(
  { project, world, options, builder }: Draft,
  {
    removed,
    staying,
  }: { readonly removed: readonly number[]; readonly staying: readonly ObservedContainer[] },
): void {
  for (const network of world.networks) {
    if (network.labels[composeLabels.project] !== project.name) continue;
    if (staying.some((container) => network.name in container.networks)) {
      builder.note(`network ${network.name} stays: other containers use it`);
      continue;
    }
    builder.add({
      resource: `network:${network.labels[composeLabels.network] ?? network.name}`,
      action: { kind: 'remove-network', id: network.id, name: network.name },
      after: removed,
      cause: 'down',
    });
  }
  if (options.volumes !== true) return;
  const declared = new Set(Object.values(project.volumes).map(({ name }) => name));
  for (const volume of world.volumes) {
    if (volume.labels[composeLabels.project] !== project.name) continue;
    if (!declared.has(volume.name)) {
      builder.note(`volume ${volume.name} stays: the files at hand do not name it`);
      continue;
    }
    builder.add({
      resource: `volume:${volume.labels[composeLabels.volume] ?? volume.name}`,
      action: { kind: 'remove-volume', name: volume.name },
      after: removed,
      cause: '--volumes',
      risk: 'data-loss',
    });
  }
}

function noteOrphans({ world, builder }: Draft, orphans: ReadonlySet<string>): void {
  const names = world.containers.filter(({ id }) => orphans.has(id)).map(({ name }) => name);
  if (names.length > 0) {
    builder.note(
      `${names.join(', ')} belong to this project but to no service of its files; --remove-orphans removes them`,
    );
  }
}
