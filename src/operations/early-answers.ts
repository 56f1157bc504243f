import type { Engine } from '../engine/engine.ts';
import { probeOf } from '../health/default-probe.ts';
import { ask } from '../health/probe.ts';
import { composeLabels } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import { type Project } from '../model/project.ts';
import { mayBeReplica } from '../model/service-extension.ts';

/** Containers, by id, whose service was asked; resolves with whether it answered that it is ready. */
export type EarlyAnswers = ReadonlyMap<string, Promise<boolean>>;

/**
 * Asks the running services that no healthcheck speaks for, while other things are looked at. The answers are good for
 * as long as nothing is changed.
 */
export function askEarly(
  engine: Engine,
  project: Project,
  { containers, signal }: { readonly containers: readonly ObservedContainer[]; readonly signal: AbortSignal },
): EarlyAnswers {
  return new Map(
    containers.flatMap((container) => {
      const service = project.services[container.labels[composeLabels.service] ?? ''];
      if (service === undefined || container.state !== 'running' || container.health !== 'none') return [];
      const probe = probeOf(service);
      if (probe.kind === 'none') return [];
      const target = { engine, container, replica: mayBeReplica(service.orq), signal };
      const answer = ask(probe, target).then(
        ({ ok }) => ok,
        () => false,
      );
      return [[container.id, answer] as const];
    }),
  );
}
