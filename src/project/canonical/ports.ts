import type { SourcePosition } from '../../model/errors.ts';
import { mapping, scalar, sequence, type Tree } from '../tree.ts';
import { text } from '../tree-fields.ts';
import { parsePort, type ShortPort } from './port-syntax.ts';
import type { Surroundings } from './surroundings.ts';

/** Every port in the long syntax, ranges written out. */
export function canonicalPorts(tree: Tree, around: Surroundings): Tree {
  if (tree.kind !== 'sequence') return tree;
  const ports = tree.items.flatMap((item) => canonicalPort(item, around));
  return sequence(ports, tree.at);
}

function canonicalPort(tree: Tree, { report }: Surroundings): Tree[] {
  const written = text(tree);
  if (written === undefined) return tree.kind === 'scalar' ? [] : [tree];
  const ports = parsePort(written);
  if (typeof ports !== 'string') return ports.map((port) => longPort(port, tree.at));
  const message = `the port "${written}" is not valid: ${ports}`;
  report({ code: 'COMPOSE_INVALID', message, position: tree.at });
  return [];
}

function longPort(port: ShortPort, at: SourcePosition): Tree {
  const values: [string, string | number | undefined][] = [
    ['target', port.target],
    ['published', port.published],
    ['host_ip', port.hostIp],
    ['protocol', port.protocol],
  ];
  return mapping(
    values.flatMap(([key, value]) => (value === undefined ? [] : [[key, scalar(value, at)] as const])),
    at,
  );
}
