import { withTag, type Entry, type MappingTree, type Tree } from '../tree.ts';
import { canonicalBuild } from './build.ts';
import { canonicalDependencies } from './dependencies.ts';
import { canonicalDevices } from './devices.ts';
import { canonicalEnvFiles } from './env-files.ts';
import { canonicalExtension } from './extension.ts';
import { canonicalExtraHosts } from './extra-hosts.ts';
import { canonicalMountedFiles } from './mounted-files.ts';
import { canonicalPorts } from './ports.ts';
import { keysToMap, pairsToMap, toList } from './short-forms.ts';
import type { Surroundings } from './surroundings.ts';
import { canonicalVolumes } from './volumes.ts';

type Canonical = (tree: Tree, around: Surroundings) => Tree;

// A map, because a key may be called `constructor`.
const canonicals = new Map<string, Canonical>(
  Object.entries({
    annotations: pairsToMap,
    build: canonicalBuild,
    configs: canonicalMountedFiles,
    depends_on: canonicalDependencies,
    devices: canonicalDevices,
    dns: toList,
    dns_opt: toList,
    dns_search: toList,
    env_file: canonicalEnvFiles,
    environment: pairsToMap,
    extra_hosts: canonicalExtraHosts,
    labels: pairsToMap,
    networks: keysToMap,
    ports: canonicalPorts,
    secrets: canonicalMountedFiles,
    storage_opt: pairsToMap,
    sysctls: pairsToMap,
    tmpfs: toList,
    volumes: canonicalVolumes,
    'x-orq': canonicalExtension,
  }),
);

/** A service with every short form written out and every path absolute. */
export function canonicalService(service: MappingTree, around: Surroundings): MappingTree {
  const entries = new Map<string, Entry>();
  for (const [key, entry] of service.entries) {
    const canonical = canonicals.get(key);
    const value =
      canonical === undefined ? entry.value : withTag(canonical(entry.value, around), entry.value.tag);
    entries.set(key, { ...entry, value });
  }
  return { ...service, entries };
}
