import type { Tree } from '../tree.ts';
import { field, text } from '../tree-fields.ts';

type KeyOf = (item: Tree) => string;

/** What makes two entries of a list the same entry; undefined for lists that may hold anything twice. */
export function uniqueKeyAt(pattern: string): KeyOf | undefined {
  const [section, , key, ...rest] = pattern.split('.');
  if (section !== 'services' || key === undefined) return undefined;
  if (key === 'networks' && (rest[1] === 'aliases' || rest[1] === 'link_local_ips')) return textKey;
  if (key === 'build') return textKey;
  return rest.length === 0 ? serviceLists.get(key) : undefined;
}

const textKey: KeyOf = (item) => text(item) ?? '';
const fieldKey =
  (name: string): KeyOf =>
  (item) =>
    text(field(item, name)) ?? '';

function portKey(port: Tree): string {
  const { host_ip, published, target, protocol } = Object.fromEntries(
    ['host_ip', 'published', 'target', 'protocol'].map((name) => [name, text(field(port, name)) ?? '']),
  );
  return `${host_ip === '' ? '0.0.0.0' : host_ip}:${published}:${target}/${protocol === '' ? 'tcp' : protocol}`;
}

function mountedFileKey(file: Tree): string {
  return text(field(file, 'target')) ?? text(field(file, 'source')) ?? '';
}

const serviceLists = new Map<string, KeyOf>(
  Object.entries({
    cap_add: textKey,
    cap_drop: textKey,
    configs: mountedFileKey,
    devices: fieldKey('target'),
    dns: textKey,
    dns_opt: textKey,
    dns_search: textKey,
    env_file: fieldKey('path'),
    expose: textKey,
    extra_hosts: textKey,
    group_add: textKey,
    links: textKey,
    ports: portKey,
    profiles: textKey,
    secrets: mountedFileKey,
    security_opt: textKey,
    tmpfs: textKey,
    volumes: fieldKey('target'),
  }),
);
