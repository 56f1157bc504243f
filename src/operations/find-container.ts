import { OrqError } from '../model/errors.ts';
import { composeLabels } from '../model/labels.ts';
import { isReplacedName } from '../model/names.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import type { OperationContext } from './context.ts';

/** Containers of some services (all when none is named), in file order. */
export async function containersOfServices(
  { engine, signal }: OperationContext,
  project: Project,
  names: readonly string[],
): Promise<readonly ObservedContainer[]> {
  const labels = { [composeLabels.project]: project.name };
  const containers = await engine.listContainers({ labels }, signal);
  const wanted = names.length === 0 ? Object.keys(project.services) : names;
  return wanted.flatMap((name) =>
    containers
      .filter(
        (container) => container.labels[composeLabels.service] === name && !isReplacedName(container.name),
      )
      .sort((a, b) => a.name.localeCompare(b.name)),
  );
}

/** The service of a name. Throws SERVICE_UNKNOWN. */
export function serviceNamed(project: Project, name: string): Service {
  const service = project.services[name];
  if (service !== undefined) return service;
  throw new OrqError({
    code: 'SERVICE_UNKNOWN',
    message: `${project.name} has no service ${name}.`,
    hint: `Its services are: ${Object.keys(project.services).join(', ')}.`,
  });
}

/** The running container of a service. Throws SERVICE_UNKNOWN, SERVICE_NOT_RUNNING. */
export async function runningContainer(
  context: OperationContext,
  project: Project,
  name: string,
): Promise<ObservedContainer> {
  serviceNamed(project, name);
  const containers = await containersOfServices(context, project, [name]);
  const running = containers.find(({ state }) => state === 'running');
  if (running !== undefined) return running;
  throw new OrqError({
    code: 'SERVICE_NOT_RUNNING',
    message: `Service ${name} of ${project.name} is not running${containers[0] === undefined ? '' : ` (${containers[0].state})`}.`,
    hint: `orq up ${name}`,
  });
}
