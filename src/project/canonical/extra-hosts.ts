import { scalar, sequence, type Tree } from '../tree.ts';
import { fields, texts } from '../tree-fields.ts';
import type { Surroundings } from './surroundings.ts';

/** Every way to write extra hosts as the engine's `host:ip`. */
export function canonicalExtraHosts(tree: Tree, around: Surroundings): Tree {
  if (tree.kind === 'sequence') {
    const hosts = tree.items.map((item) => scalar(hostAndIp(item, around), item.at));
    return sequence(hosts, tree.at);
  }
  const hosts = fields(tree).flatMap(([host, ips]) =>
    texts(ips).map((ip) => scalar(`${host}:${unbracket(ip)}`, ips.at)),
  );
  return tree.kind === 'mapping' ? sequence(hosts, tree.at) : tree;
}

function hostAndIp(item: Tree, { report }: Surroundings): string {
  const written = item.kind === 'scalar' ? String(item.value) : '';
  const match = /^([^=:]+)[=:](.+)$/.exec(written);
  if (match !== null) return `${match[1] ?? ''}:${unbracket(match[2] ?? '')}`;
  const message = `extra_hosts: "${written}" must be HOST=IP`;
  report({ code: 'COMPOSE_INVALID', message, position: item.at });
  return written;
}

function unbracket(ip: string): string {
  return ip.replace(/^\[(.*)\]$/, '$1');
}
