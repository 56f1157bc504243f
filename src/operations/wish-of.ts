import type { Project } from '../model/project.ts';
import type { Wish } from '../plan/wish.ts';
import { fingerprint, networkHash } from '../project/fingerprint.ts';

/** A project with the fingerprints that planning compares. */
export function wishOf(project: Project): Wish {
  return {
    project,
    fingerprints: mapValues(project.services, (service) => fingerprint(project, service)),
    networkHashes: mapValues(project.networks, networkHash),
  };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
