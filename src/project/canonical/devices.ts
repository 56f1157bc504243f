import { mapping, scalar, sequence, type Tree } from '../tree.ts';

/** `/dev/a:/dev/b:rw` as source, target and permissions. */
export function canonicalDevices(tree: Tree): Tree {
  return tree.kind === 'sequence' ? sequence(tree.items.map(canonicalDevice), tree.at) : tree;
}

function canonicalDevice(tree: Tree): Tree {
  if (tree.kind !== 'scalar') return tree;
  const [source = '', target = source, permissions = 'rwm'] = String(tree.value).split(':');
  return mapping(
    [
      ['source', scalar(source, tree.at)],
      ['target', scalar(target, tree.at)],
      ['permissions', scalar(permissions, tree.at)],
    ],
    tree.at,
  );
}
