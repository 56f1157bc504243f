import type { Engine } from '../engine/engine.ts';
import { OrqError } from '../model/errors.ts';
import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';

/** A project as an engine can run it. */
export interface FittedProject {
  /** Without the services that the engine cannot run. */
  readonly project: Project;
  readonly unsupported: ReadonlySet<string>;
}

/** Adapts a project to its engine; a dependent of what cannot run there is kept, with a warning. */
export function fitProject(project: Project, { fit }: Pick<Engine, 'fit'>): FittedProject {
  if (fit === undefined) return { project, unsupported: new Set() };
  const fitted = Object.values(project.services).map((service) => [service.name, fit(service)] as const);
  const unsupported = new Set(fitted.flatMap(([name, service]) => (service === undefined ? [name] : [])));
  const services = Object.fromEntries(
    fitted.flatMap(([name, service]) => (service === undefined ? [] : [[name, service] as const])),
  );
  const warnings = Object.values(services).flatMap((service) => dependencyWarnings(service, unsupported));
  return {
    unsupported,
    project: {
      ...project,
      services,
      disabledServices: [...project.disabledServices, ...unsupported],
      warnings: [...project.warnings, ...warnings],
    },
  };
}

function dependencyWarnings(
  { name, dependsOn }: Service,
  unsupported: ReadonlySet<string>,
): readonly string[] {
  return Object.keys(dependsOn)
    .filter((dependency) => unsupported.has(dependency))
    .map((dependency) => `${name} depends on ${dependency}, which does not run on this engine`);
}

/** Throws ENGINE_UNSUPPORTED when a service that was asked for by name cannot run. */
export function refuseUnsupported(
  names: readonly string[],
  { unsupported, project }: FittedProject,
  { kind }: Pick<Engine, 'kind'>,
): void {
  const name = names.find((wanted) => unsupported.has(wanted));
  if (name === undefined) return;
  throw new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: `Service ${name} of ${project.name} does not run on the ${kind} engine.`,
    detail:
      'This engine runs PostgreSQL, Redis, and services whose Compose file says how: x-orq: { embedded: … }.',
    hint: 'orq up --engine docker',
  });
}
