import { createHash } from 'node:crypto';
import type { Network, Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';

/** Raised when the meaning of a field changes, so that orq can say why it recreates. */
const fingerprintVersion = 1;

/** Compose's name of a field where lower_snake_case of ours is not it. */
const composeNames: Readonly<Record<string, string>> = {
  mounts: 'volumes',
  stop_grace_period_ms: 'stop_grace_period',
  memory_bytes: 'mem_limit',
  memory_reservation_bytes: 'mem_reservation',
  memory_swap_bytes: 'memswap_limit',
  memory_swappiness: 'mem_swappiness',
  pids: 'pids_limit',
  shm_size_bytes: 'shm_size',
};

/** Fields that make no difference to a container that exists. */
const irrelevant = new Set(['name', 'build', 'pullPolicy', 'dependsOn', 'replicas']);
/** Groups of our model that Compose does not have. */
const transparent = new Set(['host', 'resources']);

export interface ServiceFingerprint {
  readonly hash: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Digest of what of a service decides about its container, and the fields it was made of. */
export function fingerprint(project: Project, service: Service): ServiceFingerprint {
  const { orq, networks, mounts, ...rest } = service;
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (!irrelevant.has(key)) flatten(fields, transparent.has(key) ? '' : key, value);
  }
  flatten(fields, 'networks', engineNames(networks, project.networks));
  flatten(
    fields,
    'mounts',
    mounts.map((mount) => engineMount(mount, project)),
  );
  flatten(fields, 'x-orq.embedded', orq.embedded);
  return { hash: digest(JSON.stringify(sorted(fields))), fields: sorted(fields) };
}

/** Digest of a network's configuration. */
export function networkHash(network: Network): string {
  const { key: _key, ...configuration } = network;
  return digest(JSON.stringify(configuration));
}

function engineNames<Value>(
  attachments: Readonly<Record<string, Value>>,
  networks: Project['networks'],
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(attachments).map(([key, value]) => [networks[key]?.name ?? key, value]),
  );
}

function engineMount(mount: Service['mounts'][number], project: Project): unknown {
  if (mount.kind !== 'volume' || mount.volume === undefined) return mount;
  return { ...mount, volume: project.volumes[mount.volume]?.name ?? mount.volume };
}

function flatten(fields: Record<string, string>, path: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, entry] of Object.entries(value))
      flatten(fields, path === '' ? key : `${path}.${key}`, entry);
    return;
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  fields[composeName(path)] = path.startsWith('environment.') ? digest(text) : text;
}

function composeName(path: string): string {
  const [head = '', ...rest] = path.split('.');
  const snake = head.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return [composeNames[snake] ?? snake, ...rest].join('.');
}

function sorted(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function digest(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${fingerprintVersion}:${hex}`;
}
