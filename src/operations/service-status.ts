import { isOneShot } from '../model/dependencies.ts';
import { defined } from '../model/defined.ts';
import { composeLabels } from '../model/labels.ts';
import { isReplacedName } from '../model/names.ts';
import type { ObservedContainer, ObservedPort, ObservedState } from '../model/observed.ts';
import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import type { ServiceStatus } from '../model/reports.ts';
import { serviceUrl } from './service-url.ts';

/** How each service of a project stands, in file order, a row for each container. */
export function serviceStatuses(
  project: Project,
  { containers }: Pick<ObservedState, 'containers'>,
  unsupported: ReadonlySet<string> = new Set(),
): readonly ServiceStatus[] {
  return Object.values(project.services).flatMap((service): readonly ServiceStatus[] => {
    if (unsupported.has(service.name)) return [unsupportedStatus(service)];
    const own = containers.filter(
      ({ labels, name }) => labels[composeLabels.service] === service.name && !isReplacedName(name),
    );
    return own.length === 0
      ? [missingStatus(service)]
      : own.map((container) => containerStatus(project, service, container));
  });
}

function missingStatus({ name }: Service): ServiceStatus {
  return { service: name, state: 'missing', health: 'none', ready: false, ports: [], detail: 'no container' };
}

function unsupportedStatus({ name }: Service): ServiceStatus {
  return {
    service: name,
    state: 'unsupported',
    health: 'none',
    ready: true,
    ports: [],
    detail: 'not on this engine',
  };
}

function containerStatus(project: Project, service: Service, container: ObservedContainer): ServiceStatus {
  const { state, health, exitCode } = container;
  const done = state === 'exited' && exitCode === 0 && isOneShot(project, service);
  return {
    service: service.name,
    container: container.name,
    state,
    health,
    ready: done || (state === 'running' && (health === 'none' || health === 'healthy')),
    ports: [...new Set(container.ports.filter(({ published }) => published !== undefined).map(portText))],
    detail: done ? 'done' : stateText(container),
    ...defined({ url: serviceUrl(service, container) }),
  };
}

function portText({ published, target, protocol }: ObservedPort): string {
  return `${published}→${target}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}

function stateText({ state, exitCode, health }: ObservedContainer): string {
  if (state === 'exited') return `exited (${exitCode ?? '?'})`;
  return health === 'none' ? state : health;
}
