import type { Project } from './project.ts';
import type { Service } from './service.ts';

const replacedSuffix = '.orq-replaced';

/** Name of a service's container (Compose: `<project>-<service>-<number>`). */
export function containerName(project: Project, service: Service, number: number): string {
  return service.containerName ?? `${project.name}-${service.name}-${number}`;
}

/** Name that a container carries while its replacement proves itself. */
export function replacedName(name: string): string {
  return `${name}${replacedSuffix}`;
}

/** True for names made by {@link replacedName}. */
export function isReplacedName(name: string): boolean {
  return name.endsWith(replacedSuffix);
}
