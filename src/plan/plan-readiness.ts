import { dependenciesOf, isOneShot } from '../model/dependencies.ts';
import type { AwaitCondition } from '../model/plan.ts';
import type { DependencyCondition, Service } from '../model/service.ts';
import type { ServiceDraft } from './replica-steps.ts';
import type { UpDraft } from './plan-service.ts';
import { containersOf, hasCompleted } from './wish.ts';

/** Steps after which a service has got somewhere; absent means that it was there before. */
export interface Milestones {
  readonly starts: readonly number[];
  /** Ready (or completed, for a one-shot), migrations included. */
  readonly ready?: number;
}

/** Plans the wait, the migrations and the removal of what was replaced, and records the milestones. */
export function planReadiness({ draft, service, starts, leftovers }: ServiceDraft): void {
  const migrations = pendingMigrations(draft, service, starts.length > 0);
  const awaited =
    (starts.length > 0 && draft.options.wait !== false) || migrations.needed
      ? addAwait(draft, service, { condition: goal(draft, service), after: starts })
      : undefined;
  const ready = migrations.needed ? addMigrate(draft, service, { ...migrations, after: awaited }) : awaited;
  draft.finished.set(service.name, { starts, ...(ready === undefined ? {} : { ready }) });
  leftovers.forEach(({ init }) =>
    draft.builder.add({ ...init, after: ready === undefined ? starts : [ready] }),
  );
}

/** Steps of its dependencies that a start of the service waits for; adds waits where the plan has none yet. */
export function awaitDependencies(draft: UpDraft, service: Service): readonly number[] {
  return Object.entries(dependenciesOf(service)).flatMap(([name, { condition }]) => {
    const milestones = draft.finished.get(name);
    if (condition === 'service_started') return milestones?.starts ?? [];
    if (milestones?.ready !== undefined) return [milestones.ready];
    const dependency = draft.wish.project.services[name];
    if (dependency === undefined || isFulfilled(draft, name, condition)) return [];
    const wanted = condition === 'service_completed_successfully' ? 'completed' : 'ready';
    const ready = addAwait(draft, dependency, { condition: wanted, after: milestones?.starts ?? [] });
    draft.finished.set(name, { starts: milestones?.starts ?? [], ready });
    return [ready];
  });
}

function isFulfilled({ world }: UpDraft, name: string, condition: DependencyCondition): boolean {
  const containers = containersOf(world, name);
  if (containers.length === 0) return false;
  return condition === 'service_completed_successfully'
    ? containers.every(hasCompleted)
    : containers.every((container) => container.health === 'healthy' && container.state === 'running');
}

function goal({ wish }: UpDraft, service: Service): AwaitCondition {
  const completed = Object.values(wish.project.services).some(
    (other) => other.dependsOn[service.name]?.condition === 'service_completed_successfully',
  );
  if (completed) return 'completed';
  return isOneShot(wish.project, service) ? 'started' : 'ready';
}

function addAwait(
  { builder }: UpDraft,
  { name }: Service,
  { condition, after }: { readonly condition: AwaitCondition; readonly after: readonly number[] },
): number {
  return builder.add({
    resource: `service:${name}`,
    action: { kind: 'await-service', service: name, condition },
    after,
    cause: condition === 'completed' ? 'others wait for its end' : 'health asked for',
  });
}

function pendingMigrations(
  { world }: UpDraft,
  service: Service,
  starting: boolean,
): { readonly needed: boolean; readonly files: readonly string[]; readonly cause: string } {
  if (service.orq.database === undefined) return { needed: false, files: [], cause: '' };
  const pending = world.pendingMigrations[service.name];
  if (starting) return { needed: true, files: [], cause: 'after the start' };
  if (pending === undefined) return { needed: true, files: [], cause: 'state of the database not known' };
  return { needed: pending.length > 0, files: pending, cause: `${pending.length} pending` };
}

function addMigrate(
  { builder }: UpDraft,
  { name }: Service,
  {
    files,
    cause,
    after,
  }: { readonly files: readonly string[]; readonly cause: string; readonly after: number | undefined },
): number {
  return builder.add({
    resource: `database:${name}`,
    action: { kind: 'migrate', service: name, files },
    after: [after],
    cause,
  });
}
