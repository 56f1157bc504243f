import { inDependencyOrder, withDependencies } from '../model/dependencies.ts';
import { orqLabels } from '../model/labels.ts';
import type { Plan } from '../model/plan.ts';
import { planBuilder } from './plan-builder.ts';
import { planResources } from './plan-resources.ts';
import { planService, type UpDraft } from './plan-service.ts';
import { surplusNetworks } from './surplus-networks.ts';
import { containersOf, isOurs, orphansOf, selectServices, type Wish, type World } from './wish.ts';

export interface UpOptions {
  /** Only these services and what they depend on; absent means all. */
  readonly services?: readonly string[];
  readonly removeOrphans?: boolean;
  /** Recreate even what has not changed. */
  readonly forceRecreate?: boolean;
  /** Running services to stop and start again. */
  readonly restart?: ReadonlySet<string>;
  /** False plans only the waits that other steps depend on. */
  readonly wait?: boolean;
  /** Services that the engine at hand cannot run. */
  readonly unsupported?: ReadonlySet<string>;
}

/**
 * Steps that make the world match the wish. Pure; the laws are that planning after applying gives no step, and that
 * planning after any prefix of the steps gives the rest.
 */
export function planUp(wish: Wish, observed: World, options: UpOptions = {}): Plan {
  const surplus = surplusNetworks(wish, observed);
  const world = { ...observed, networks: observed.networks.filter((network) => !surplus.includes(network)) };
  const builder = planBuilder(options.restart === undefined ? 'up' : 'restart', wish.project.name);
  const selected =
    options.services === undefined ? undefined : withDependencies(wish.project, options.services);
  const services = selectServices(inDependencyOrder(wish.project), selected).filter(
    (service) => options.unsupported?.has(service.name) !== true,
  );
  const draft: UpDraft = {
    wish,
    world,
    options,
    builder,
    resources: planResources({ wish, world, surplus, services, builder }),
    finished: new Map(),
    replaced: new Set(),
    restarted: new Set(),
  };
  services.forEach((service) => planService(draft, service));
  planOrphans(draft);
  noteTakeover(
    draft,
    services.map((service) => service.name),
  );
  return builder.build();
}

function planOrphans({ wish, world, options, builder }: UpDraft): void {
  for (const orphan of orphansOf(wish.project, world)) {
    if (options.removeOrphans !== true) {
      builder.note(
        `container ${orphan.name} belongs to this project but to no service of its files; --remove-orphans removes it`,
      );
      continue;
    }
    builder.add({
      resource: `orphan:${orphan.name}`,
      action: {
        kind: 'remove-container',
        service: orphan.name,
        containerId: orphan.id,
        name: orphan.name,
        anonymousVolumes: false,
      },
      cause: 'no service of the files accounts for it',
      risk: 'restart',
    });
  }
}

function noteTakeover({ world, wish, builder }: UpDraft, services: readonly string[]): void {
  const foreign = services.flatMap((service) => containersOf(world, service)).filter((c) => !isOurs(c));
  if (foreign.length > 0) {
    builder.note(
      `docker compose made ${foreign.map((c) => c.name).join(', ')}; orq replaces ${foreign.length === 1 ? 'it' : 'them'} and keeps the volumes`,
    );
  }
  const other = world.containers.find((container) => {
    const profile = container.labels[orqLabels.mode];
    return profile !== undefined && profile !== wish.project.mode && isOurs(container);
  });
  if (other !== undefined) {
    builder.note(
      `${wish.project.name} was up in mode ${other.labels[orqLabels.mode]}; now ${wish.project.mode}`,
    );
  }
}
