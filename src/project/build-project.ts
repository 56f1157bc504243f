import type { Mode, Network, Project, Volume } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import { readNetwork } from './read/read-networks.ts';
import { readVolume } from './read/read-volumes.ts';
import type { Tree } from './tree.ts';
import { field, fields } from './tree-fields.ts';

export interface ProjectParts {
  readonly name: string;
  readonly mode: Mode;
  readonly directory: string;
  readonly files: readonly string[];
  readonly profile: string | undefined;
  readonly services: Readonly<Record<string, Service>>;
  readonly disabledServices: readonly string[];
  readonly warnings: readonly string[];
}

/** Puts services together with the networks and volumes that they use. */
export function buildProject(parts: ProjectParts, root: Tree): Project {
  const { profile, ...rest } = parts;
  return {
    ...rest,
    services: withReplicas(parts.services),
    ...(profile === undefined ? {} : { profile }),
    networks: usedNetworks(parts, root),
    volumes: usedVolumes(parts, root),
  };
}

/** Tells every server that is replicated who replicates it. */
function withReplicas(services: Readonly<Record<string, Service>>): Readonly<Record<string, Service>> {
  const all = Object.values(services);
  return Object.fromEntries(
    all.map((service) => {
      const replicas = all.filter(({ orq }) => orq.replicaOf === service.name).map(({ name }) => name);
      const orq = replicas.length === 0 ? service.orq : { ...service.orq, replicatedBy: replicas };
      return [service.name, { ...service, orq }];
    }),
  );
}

function usedNetworks({ name, services }: ProjectParts, root: Tree): Record<string, Network> {
  const used = new Set(Object.values(services).flatMap((service) => Object.keys(service.networks)));
  const declared = fields(field(root, 'networks')).map(([key]) => key);
  const keys = [
    ...declared.filter((key) => used.has(key)),
    ...[...used].filter((key) => !declared.includes(key)),
  ];
  return Object.fromEntries(
    keys.map((key) => [key, readNetwork({ project: name, key }, field(field(root, 'networks'), key))]),
  );
}

function usedVolumes({ name, services }: ProjectParts, root: Tree): Record<string, Volume> {
  const mounts = Object.values(services).flatMap((service) => service.mounts);
  const used = new Set(mounts.map((mount) => (mount.kind === 'volume' ? mount.volume : undefined)));
  const declared = fields(field(root, 'volumes')).filter(([key]) => used.has(key));
  return Object.fromEntries(declared.map(([key, tree]) => [key, readVolume({ project: name, key }, tree)]));
}
