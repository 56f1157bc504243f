import { mapping, scalar, type Tree } from '../tree.ts';
import { text } from '../tree-fields.ts';

/** `depends_on: [a]` as `{a: {condition: service_started}}`. */
export function canonicalDependencies(tree: Tree): Tree {
  if (tree.kind !== 'sequence') return tree;
  const started = tree.items.map((item): [string, Tree] => {
    const condition = scalar('service_started', item.at);
    return [text(item) ?? '', mapping([['condition', condition]], item.at)];
  });
  return mapping(started, tree.at);
}
