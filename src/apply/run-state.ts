import type { ObservedContainer } from '../model/observed.ts';
import type { World } from '../plan/wish.ts';

/** What one run has made and removed so far; lives as long as the run. */
export interface RunState {
  /** `service:number` → id of the container that this run created. */
  readonly created: Map<string, string>;
  /** Services whose wait ended well in this run. */
  readonly ready: Set<string>;
  /** Container id → its name before this run renamed it. */
  readonly renamed: Map<string, { readonly original: string; readonly wasRunning: boolean }>;
  readonly removed: Set<string>;
  /** Networks (id) and volumes (name) that this run created. */
  readonly networks: Set<string>;
  readonly volumes: Map<string, string>;
  readonly world: World;
}

export function runState(world: World): RunState {
  return {
    created: new Map(),
    ready: new Set(),
    renamed: new Map(),
    removed: new Set(),
    networks: new Set(),
    volumes: new Map(),
    world,
  };
}

/** Key of a replica in {@link RunState.created}. */
export function replicaKey(service: string, number: number): string {
  return `${service}:${number}`;
}

/** The container as it was before the run, by id. */
export function observedById(world: World, id: string): ObservedContainer | undefined {
  return world.containers.find((container) => container.id === id);
}
