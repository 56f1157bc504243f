import { orqLabels } from '../model/labels.ts';
import { replacedName } from '../model/names.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Replica } from './plan-service.ts';
import {
  create,
  removeLater,
  resource,
  type ServiceDraft,
  start,
  stop,
  unpause,
  wantedName,
} from './replica-steps.ts';

/** Plans one replica, by the verdict on what is there. */
export function planReplica(service: ServiceDraft, replica: Replica): void {
  const { current, assessment, stale } = replica;
  if (current !== undefined && assessment?.verdict === 'recreate') {
    recreate(service, replica, { current, cleared: removeStale(service, replica) });
    return;
  }
  const survivor = stale[0];
  if (current === undefined || assessment === undefined) {
    if (survivor !== undefined && isUpToDate(service, survivor)) putBack(service, replica, survivor);
    else create(service, replica, { cause: 'not found', inheritFrom: survivor?.id });
  } else {
    applyVerdict(service, replica, current);
  }
  const returned = current === undefined && survivor !== undefined && isUpToDate(service, survivor);
  (returned ? stale.slice(1) : stale).forEach((container) =>
    removeLater(service, replica, { container, cause: 'left over from an interrupted replacement' }),
  );
}

function applyVerdict(service: ServiceDraft, replica: Replica, current: ObservedContainer): void {
  const { assessment } = replica;
  switch (assessment?.verdict) {
    case 'start':
      start(service, replica, { containerId: current.id, cause: assessment.cause, after: [] });
      return;
    case 'unpause':
      unpause(service, replica, { container: current, cause: assessment.cause });
      return;
    case 'restart':
      restart(service, replica, { container: current, cause: assessment.cause });
      return;
    default:
  }
}

function isUpToDate({ draft, service }: ServiceDraft, container: ObservedContainer): boolean {
  return container.labels[orqLabels.specHash] === draft.wish.fingerprints[service.name]?.hash;
}

function putBack(service: ServiceDraft, replica: Replica, survivor: ObservedContainer): void {
  const to = wantedName(service, replica);
  const renamed = service.draft.builder.add({
    resource: resource(service, replica),
    action: {
      kind: 'rename-container',
      service: service.service.name,
      containerId: survivor.id,
      name: survivor.name,
      to,
    },
    cause: 'left over from an interrupted replacement',
  });
  if (survivor.state === 'running') service.starts.push(renamed);
  else start(service, replica, { containerId: survivor.id, cause: `put back as ${to}`, after: [renamed] });
}

function restart(
  service: ServiceDraft,
  replica: Replica,
  { container, cause }: { readonly container: ObservedContainer; readonly cause: string },
): void {
  service.draft.restarted.add(service.service.name);
  const stopped = stop(service, replica, { container, cause, after: service.gates });
  const after = stopped === undefined ? [] : [stopped];
  start(service, replica, { containerId: container.id, cause, after });
}

/** The name that a replaced container gets is free only once what an interrupted replacement left there has gone. */
function removeStale({ draft, service }: ServiceDraft, replica: Replica): readonly number[] {
  return replica.stale.map(({ id, name }) =>
    draft.builder.add({
      resource: `service:${service.name}:${replica.number}`,
      action: {
        kind: 'remove-container',
        service: service.name,
        containerId: id,
        name,
        anonymousVolumes: false,
      },
      cause: 'left over from an interrupted replacement',
    }),
  );
}

function recreate(
  service: ServiceDraft,
  replica: Replica,
  { current, cleared }: { readonly current: ObservedContainer; readonly cleared: readonly number[] },
): void {
  const { assessment } = replica;
  if (assessment?.verdict !== 'recreate') return;
  const { draft } = service;
  const name = service.service.name;
  draft.replaced.add(name);
  const group = `recreate:${name}:${replica.number}`;
  const image = draft.resources.images.get(service.service.image);
  const stopped = stop(service, replica, {
    container: current,
    cause: 'about to be replaced',
    group,
    after: [image, ...service.gates],
  });
  const renamed = draft.builder.add({
    resource: resource(service, replica),
    action: {
      kind: 'rename-container',
      service: name,
      containerId: current.id,
      name: current.name,
      to: replacedName(current.name),
    },
    after: [stopped, image, ...cleared],
    cause: assessment.cause,
    changes: assessment.changes,
    risk: 'restart',
    group,
  });
  create(service, replica, { cause: assessment.cause, inheritFrom: current.id, after: renamed, group });
  removeLater(service, replica, { container: current, cause: 'replaced', group });
}
