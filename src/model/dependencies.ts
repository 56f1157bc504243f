import type { Project } from './project.ts';
import type { Dependency, Service } from './service.ts';

const started: Dependency = { condition: 'service_started', required: true, restart: false };

/** Services that a service waits for, including the one whose network it shares. */
export function dependenciesOf(service: Service): Readonly<Record<string, Dependency>> {
  const shared = sharedNetworkService(service);
  if (shared === undefined || service.dependsOn[shared] !== undefined) return service.dependsOn;
  return { ...service.dependsOn, [shared]: started };
}

/** Service named by `network_mode: service:NAME`. */
export function sharedNetworkService(service: Service): string | undefined {
  return service.networkMode?.startsWith('service:')
    ? service.networkMode.slice('service:'.length)
    : undefined;
}

/** Services in an order in which each comes after those it depends on. Cycles were refused on loading. */
export function inDependencyOrder(project: Project): readonly Service[] {
  const ordered = new Map<string, Service>();
  const visit = (service: Service): void => {
    if (ordered.has(service.name)) return;
    for (const name of Object.keys(dependenciesOf(service))) {
      const dependency = project.services[name];
      if (dependency !== undefined) visit(dependency);
    }
    ordered.set(service.name, service);
  };
  Object.values(project.services).forEach(visit);
  return [...ordered.values()];
}

/** Names of the services that directly depend on a service. */
function dependentsOf(project: Project, name: string): readonly string[] {
  return Object.values(project.services)
    .filter((service) => dependenciesOf(service)[name] !== undefined)
    .map((service) => service.name);
}

/** All services that wait for a service, directly or through others. */
export function allDependentsOf(project: Project, name: string): readonly string[] {
  const found = new Set<string>();
  const visit = (current: string): void => {
    for (const dependent of dependentsOf(project, current)) {
      if (found.has(dependent)) continue;
      found.add(dependent);
      visit(dependent);
    }
  };
  visit(name);
  return [...found];
}

/** The named services and everything they depend on. */
export function withDependencies(project: Project, names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const service = project.services[name];
    if (service === undefined || found.has(name)) return;
    found.add(name);
    Object.keys(dependenciesOf(service)).forEach(visit);
  };
  names.forEach(visit);
  return found;
}

/**
 * True for a service that is meant to end: a dependent waits for its completion, or nothing about it
 * (restart policy, port, healthcheck, probe) says that it should stay.
 */
export function isOneShot(project: Project, service: Service): boolean {
  const conditions = Object.values(project.services)
    .map((other) => other.dependsOn[service.name]?.condition)
    .filter((condition) => condition !== undefined);
  if (conditions.includes('service_completed_successfully')) return true;
  if (conditions.includes('service_healthy')) return false;
  const mayEnd = service.restart.name === 'no' || service.restart.name === 'on-failure';
  const staysUp =
    service.ports.length > 0 || service.healthcheck?.test !== undefined || service.orq.probe !== undefined;
  return mayEnd && !staysUp;
}
