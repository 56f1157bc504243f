import type { ApplyResult } from '../apply/apply-plan.ts';
import { failureCard } from '../apply/failure-card.ts';
import { childOf } from '../model/abort.ts';
import { watchContainers } from '../health/container-watch.ts';
import { waitUntilReady } from '../health/wait-until-ready.ts';
import { isOneShot } from '../model/dependencies.ts';
import { isOrqError, type OrqError } from '../model/errors.ts';
import { composeLabels } from '../model/labels.ts';
import { isReplacedName } from '../model/names.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Service } from '../model/service.ts';
import type { FailureCard } from '../model/reports.ts';
import { selectServices } from '../plan/wish.ts';
import { withDependencies } from '../model/dependencies.ts';
import type { OperationContext } from './context.ts';
import type { EarlyAnswers } from './early-answers.ts';
import type { UpRequest } from './up.ts';
import { upFailure } from './up-failure.ts';

interface Verification {
  readonly request: UpRequest;
  readonly applied: ApplyResult;
  /** Containers as they were before the run. */
  readonly before: readonly ObservedContainer[];
  readonly early: EarlyAnswers;
  readonly deadline: number;
}

/** Asks every service that this run did not wait for whether it is ready. Throws with cards when one is not. */
export async function verifyReady(context: OperationContext, verification: Verification): Promise<void> {
  const { request, applied } = verification;
  const awaited = new Set(
    applied.results.flatMap(({ step: { action } }) =>
      action.kind === 'await-service' ? [action.service] : [],
    ),
  );
  const wanted =
    request.services === undefined ? undefined : withDependencies(request.project, request.services);
  const services = selectServices(Object.values(request.project.services), wanted).filter(
    ({ name }) => !awaited.has(name),
  );
  if (services.length === 0) return;
  const failed = await verifyServices(context, services, verification);
  if (failed.length === 0) return;
  throw upFailure(request.project, {
    errors: failed.map(({ error }) => error),
    cards: failed.map(({ card }) => card),
  });
}

async function verifyServices(
  context: OperationContext,
  services: readonly Service[],
  { request, applied, before, early, deadline }: Verification,
): Promise<readonly { readonly error: OrqError; readonly card: FailureCard }[]> {
  const { engine, signal } = context;
  const finished = childOf(signal);
  const labels = { [composeLabels.project]: request.project.name };
  const containers = applied.results.length === 0 ? before : await engine.listContainers({ labels }, signal);
  const watch = watchContainers(engine, request.project.name, finished.signal);
  try {
    const checks = services.flatMap((service) =>
      containersOfService(containers, service).map(async ({ id, state, health }) => {
        if (state === 'running' && health === 'healthy') return undefined;
        if (applied.results.length === 0 && (await early.get(id)) === true) return undefined;
        const condition = isOneShot(request.project, service) ? 'started' : 'ready';
        try {
          await waitUntilReady({ service, containerId: id, condition }, { engine, watch, signal, deadline });
          return undefined;
        } catch (error) {
          if (!isOrqError(error)) throw error;
          const card = await failureCard(
            { engine, project: request.project, service: service.name, error },
            id,
          );
          return { error, card };
        }
      }),
    );
    return (await Promise.all(checks)).filter((failure) => failure !== undefined);
  } finally {
    finished.abort();
    finished.release();
  }
}

function containersOfService(
  containers: readonly ObservedContainer[],
  { name }: Service,
): readonly ObservedContainer[] {
  return containers.filter(
    (container) => container.labels[composeLabels.service] === name && !isReplacedName(container.name),
  );
}
