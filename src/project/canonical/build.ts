import { mapping, scalar, type Tree } from '../tree.ts';
import { field, fields, text } from '../tree-fields.ts';
import { canonicalExtraHosts } from './extra-hosts.ts';
import { pairsToMap } from './short-forms.ts';
import { resolvePath, type Surroundings } from './surroundings.ts';

const remote = /^([a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/;

/** `build: .` as a map with an absolute context and every list of pairs as a map. */
export function canonicalBuild(tree: Tree, around: Surroundings): Tree {
  if (tree.kind === 'scalar')
    return mapping([['context', canonicalContext(tree, around)] satisfies [string, Tree]], tree.at);
  if (tree.kind !== 'mapping') return tree;
  const context = canonicalContext(field(tree, 'context') ?? scalar('.', tree.at), around);
  const rest = fields(tree).map(([key, value]): [string, Tree] => [key, canonicalField(key, value, around)]);
  return mapping([...rest, ['context', context]], tree.at);
}

function canonicalContext(tree: Tree, around: Surroundings): Tree {
  const path = text(tree);
  if (path === undefined) return tree;
  if (!remote.test(path)) return scalar(resolvePath(path, around), tree.at);
  const message = `build.context: "${path}" is not supported by orq; name a folder of this machine`;
  around.report({ code: 'COMPOSE_UNSUPPORTED', message, position: tree.at });
  return tree;
}

function canonicalField(key: string, value: Tree, around: Surroundings): Tree {
  if (key === 'args' || key === 'labels') return pairsToMap(value);
  return key === 'extra_hosts' ? canonicalExtraHosts(value, around) : value;
}
