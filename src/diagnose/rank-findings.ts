import { dependenciesOf } from '../model/dependencies.ts';
import { type Finding, findingKey, type Layer } from '../model/finding.ts';
import type { Project } from '../model/project.ts';

const depths: Readonly<Record<Layer, number>> = {
  engine: 0,
  machine: 1,
  configuration: 2,
  image: 3,
  port: 4,
  network: 5,
  storage: 6,
  container: 7,
  server: 8,
  data: 9,
  symptom: 10,
};

/**
 * Causes before their consequences. An error explains what goes wrong above it in its own service and everything that
 * merely shows in services that depend on it; the engine explains all. What nothing explains comes first, deepest cause
 * first, errors before warnings.
 */
export function rankFindings(project: Project, findings: readonly Finding[]): readonly Finding[] {
  const explained = findings.map((finding) => ({
    ...finding,
    explainedBy: findings.filter((cause) => explains(project, cause, finding)).map(findingKey),
  }));
  return explained.sort(
    (a, b) =>
      severity(a) - severity(b) ||
      Number(a.explainedBy.length > 0) - Number(b.explainedBy.length > 0) ||
      depths[a.layer] - depths[b.layer] ||
      distance(project, a) - distance(project, b),
  );
}

function severity(finding: Finding): number {
  return finding.severity === 'error' ? 0 : 1;
}

function explains(project: Project, cause: Finding, consequence: Finding): boolean {
  if (cause === consequence || cause.severity !== 'error') return false;
  if (cause.layer === 'engine') return consequence.layer !== 'engine';
  if (cause.layer === 'machine') return consequence.layer === 'container' || consequence.layer === 'symptom';
  if (cause.service === consequence.service) return depths[cause.layer] < depths[consequence.layer];
  if (cause.service === undefined || consequence.service === undefined) return false;
  const shows = consequence.layer === 'symptom' || isWaiting(consequence) || isCrash(consequence);
  return shows && dependsOn(project, consequence.service, cause.service);
}

/** A container that was never made or started may wait for another. */
function isWaiting({ id }: Finding): boolean {
  return id === 'SERVICE_MISSING' || id === 'SERVICE_NOT_STARTED';
}

function isCrash({ id }: Finding): boolean {
  return id === 'SERVICE_CRASHED' || id === 'SERVICE_CRASH_LOOP' || id === 'HTTP_HANGS';
}

function dependsOn(
  project: Project,
  name: string,
  other: string,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  const service = project.services[name];
  if (service === undefined || seen.has(name)) return false;
  const direct = Object.keys(dependenciesOf(service));
  return (
    direct.includes(other) || direct.some((next) => dependsOn(project, next, other, new Set([...seen, name])))
  );
}

/** How many others a service depends on, directly or not: the one nearest to the ground speaks first. */
function distance(project: Project, { service }: Finding): number {
  if (service === undefined) return -1;
  return Object.keys(project.services).filter((other) => dependsOn(project, service, other)).length;
}
