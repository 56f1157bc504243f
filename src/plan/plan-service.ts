import { dependenciesOf, isOneShot, sharedNetworkService } from '../model/dependencies.ts';
import { containerName, isReplacedName } from '../model/names.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Service } from '../model/service.ts';
import { type Assessment, assessContainer } from './assess-container.ts';
import type { PlanBuilder } from './plan-builder.ts';
import type { UpOptions } from './plan-up.ts';
import type { ResourceSteps } from './plan-resources.ts';
import { planReplica } from './plan-replica.ts';
import type { ServiceDraft } from './replica-steps.ts';
import { awaitDependencies, planReadiness, type Milestones } from './plan-readiness.ts';
import { containersOf, hasCompleted, numberOf, type Wish, type World } from './wish.ts';

/** State of planning an `up`, filled service by service in dependency order. */
export interface UpDraft {
  readonly wish: Wish;
  readonly world: World;
  readonly options: UpOptions;
  readonly builder: PlanBuilder;
  readonly resources: ResourceSteps;
  /** Service → steps that mark how far it is. */
  readonly finished: Map<string, Milestones>;
  /** Services whose containers are made anew by this plan. */
  readonly replaced: Set<string>;
  /** Services that are stopped and started again by this plan. */
  readonly restarted: Set<string>;
}

/** Plans one service: surplus containers, each replica, then its readiness. */
export function planService(draft: UpDraft, service: Service): void {
  const containers = containersOf(draft.world, service.name);
  const replicas = Array.from({ length: service.replicas }, (_, index) =>
    replicaOf(draft, service, { number: index + 1, containers }),
  );
  const starts = replicas.some(({ assessment }) => assessment?.verdict !== 'keep');
  const gates = starts ? awaitDependencies(draft, service) : [];
  const service_: ServiceDraft = { draft, service, gates, starts: [], leftovers: [] };
  replicas.forEach((replica) => planReplica(service_, replica));
  const kept = new Set(replicas.flatMap(({ current, stale }) => [current?.id, ...stale.map(({ id }) => id)]));
  planReadiness(service_);
  planSurplus(
    service_,
    containers.filter((container) => !kept.has(container.id)),
  );
}

/** One replica: what is there under its number, and what has to happen to it. */
export interface Replica {
  readonly number: number;
  readonly current: ObservedContainer | undefined;
  /** Containers that an interrupted replacement left behind. */
  readonly stale: readonly ObservedContainer[];
  readonly assessment: Assessment | undefined;
}

function replicaOf(
  draft: UpDraft,
  service: Service,
  { number, containers }: { readonly number: number; readonly containers: readonly ObservedContainer[] },
): Replica {
  const numbered = containers.filter((container) => numberOf(container) === number);
  const stale = numbered.filter((container) => isReplacedName(container.name));
  const named = numbered.filter((container) => !isReplacedName(container.name));
  const wanted = containerName(draft.wish.project, service, number);
  const current = named.find((container) => container.name === wanted) ?? named[0];
  const assessment = current === undefined ? undefined : assess(draft, service, current);
  return { number, current, stale, assessment };
}

function assess(draft: UpDraft, service: Service, container: ObservedContainer): Assessment {
  const own = assessContainer(service, container, draft);
  if (own.verdict === 'recreate') return own;
  const forced = forcedRecreation(draft, service, container);
  if (forced !== undefined) return { verdict: 'recreate', cause: forced, changes: [] };
  if (own.verdict !== 'keep') return own;
  const cause = restartCause(draft, service, container);
  return cause === undefined ? own : { verdict: 'restart', cause };
}

function forcedRecreation(
  draft: UpDraft,
  service: Service,
  container: ObservedContainer,
): string | undefined {
  const named = draft.options.services;
  if (draft.options.forceRecreate === true && (named === undefined || named.includes(service.name))) {
    return 'asked for';
  }
  const changed = Object.keys(service.networks).find((key) => draft.resources.changedNetworks.has(key));
  if (changed !== undefined) return `network ${changed} changed`;
  // A container holds on to the very network it was made with, not to the name.
  const lost = Object.keys(service.networks).find((key) => draft.resources.missingNetworks.has(key));
  if (lost !== undefined) return `network ${lost} is gone`;
  const cut = detachedFrom(draft.wish, service, container);
  if (cut !== undefined) return `not on network ${cut}`;
  const shared = sharedNetworkService(service);
  if (shared !== undefined && draft.replaced.has(shared)) return `shares the network of ${shared}, made anew`;
  return undefined;
}

/** A network of the service that its container is not on: taken off by hand, or never put on by a killed command. */
function detachedFrom(
  { project }: Wish,
  service: Service,
  { networks }: ObservedContainer,
): string | undefined {
  if (service.networkMode !== undefined) return undefined;
  return Object.keys(service.networks)
    .map((key) => project.networks[key]?.name ?? key)
    .find((name) => networks[name] === undefined);
}

function restartCause(draft: UpDraft, service: Service, container: ObservedContainer): string | undefined {
  if (draft.options.restart?.has(service.name) === true && !isDoneOneShot(draft, service, container))
    return 'asked for';
  const changed = Object.entries(dependenciesOf(service)).find(
    ([name, { restart }]) => restart && (draft.replaced.has(name) || draft.restarted.has(name)),
  );
  return changed === undefined ? undefined : `depends on ${changed[0]} with restart: true`;
}

function isDoneOneShot(draft: UpDraft, service: Service, container: ObservedContainer): boolean {
  if (!hasCompleted(container)) return false;
  return isOneShot(draft.wish.project, service) && draft.options.services?.includes(service.name) !== true;
}

function planSurplus({ draft, service }: ServiceDraft, surplus: readonly ObservedContainer[]): void {
  for (const container of surplus) {
    const { id, name } = container;
    draft.builder.add({
      resource: `service:${service.name}:${numberOf(container)}`,
      action: {
        kind: 'remove-container',
        service: service.name,
        containerId: id,
        name,
        anonymousVolumes: true,
      },
      after: [draft.finished.get(service.name)?.ready],
      cause: `scaled to ${service.replicas}`,
      risk: 'restart',
    });
  }
}
