import type { NetworkAttachment } from '../../model/service.ts';
import type { Tree } from '../tree.ts';
import { field, fields, number, text, texts } from '../tree-fields.ts';
import { defined } from './optional.ts';

/** The networks of a canonical service by key, highest priority first; `default` when it names none. */
export function readAttachments(service: Tree): Record<string, NetworkAttachment> {
  if (field(service, 'network_mode') !== undefined) return {};
  const named = fields(field(service, 'networks')).map(([key, tree]) => [key, readAttachment(tree)] as const);
  if (named.length === 0) return { default: { aliases: [], priority: 0 } };
  return Object.fromEntries([...named].sort(([, a], [, b]) => b.priority - a.priority));
}

function readAttachment(tree: Tree): NetworkAttachment {
  const linkLocal = field(tree, 'link_local_ips');
  return {
    aliases: texts(field(tree, 'aliases')),
    ...defined({
      ipv4Address: text(field(tree, 'ipv4_address')),
      ipv6Address: text(field(tree, 'ipv6_address')),
      linkLocalIps: linkLocal === undefined ? undefined : texts(linkLocal),
      macAddress: text(field(tree, 'mac_address')),
    }),
    priority: number(field(tree, 'priority')) ?? 0,
  };
}
