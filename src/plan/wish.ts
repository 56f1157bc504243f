import type { ObservedContainer, ObservedState } from '../model/observed.ts';
import { composeLabels, orqLabels } from '../model/labels.ts';
import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';

/** Digest of a resolved service and its fields, as the `dev.orq.spec*` labels carry them. */
export interface Fingerprint {
  /** Version and digest, e.g. `1:9f2c…`. */
  readonly hash: string;
  /** Field path → value; environment values as digests. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What planning compares the world with. */
export interface Wish {
  readonly project: Project;
  /** By service name. */
  readonly fingerprints: Readonly<Record<string, Fingerprint>>;
  /** By network key. */
  readonly networkHashes: Readonly<Record<string, string>>;
}

/** Facts about the world, plus what only a running database tells. */
export interface World extends ObservedState {
  /** Service → names of its migrations and seeds that are not applied; absent: not known. */
  readonly pendingMigrations: Readonly<Record<string, readonly string[]>>;
  /** Container id → its environment, for containers whose fingerprint differs. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Containers of a service, one-offs of `docker compose run` left out. */
export function containersOf(world: ObservedState, service: string): readonly ObservedContainer[] {
  return world.containers.filter(
    (container) =>
      container.labels[composeLabels.service] === service &&
      container.labels[composeLabels.oneoff]?.toLowerCase() !== 'true',
  );
}

/** Replica number of a container, 1 when it carries none. */
export function numberOf(container: ObservedContainer): number {
  return Number(container.labels[composeLabels.number] ?? '1');
}

/** Containers of the project that no service of the files, switched on or off, accounts for. */
export function orphansOf(project: Project, world: ObservedState): readonly ObservedContainer[] {
  const known = new Set([...Object.keys(project.services), ...project.disabledServices]);
  return world.containers.filter(
    (container) => !known.has(container.labels[composeLabels.service] ?? '') && !isOneOff(container),
  );
}

function isOneOff(container: ObservedContainer): boolean {
  return container.labels[composeLabels.oneoff]?.toLowerCase() === 'true';
}

/** True when orq, not `docker compose`, made the container. */
export function isOurs(container: ObservedContainer): boolean {
  return container.labels[orqLabels.specHash] !== undefined;
}

/** True when a one-shot has ended well. */
export function hasCompleted(container: ObservedContainer): boolean {
  return container.state === 'exited' && container.exitCode === 0;
}

/** Services a plan is about: the selected ones, in the order given. */
export function selectServices(
  services: readonly Service[],
  selected: ReadonlySet<string> | undefined,
): readonly Service[] {
  return selected === undefined ? services : services.filter((service) => selected.has(service.name));
}
