import { mapping, scalar, sequence, type Tree } from '../tree.ts';

/** `secrets: [a]` as `[{source: a}]`. */
export function canonicalMountedFiles(tree: Tree): Tree {
  if (tree.kind !== 'sequence') return tree;
  const files = tree.items.map((item) =>
    item.kind === 'scalar' ? mapping([['source', scalar(item.value, item.at)]], item.at) : item,
  );
  return sequence(files, tree.at);
}
