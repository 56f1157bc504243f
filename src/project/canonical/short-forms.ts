import { mapping, scalar, sequence, type Tree } from '../tree.ts';
import { texts, text } from '../tree-fields.ts';

/** `[A=1, B]` as `{A: 1, B: null}`; other trees stay. */
export function pairsToMap(tree: Tree): Tree {
  if (tree.kind !== 'sequence') return tree;
  const pairs = tree.items.map((item): [string, Tree] => {
    const pair = text(item) ?? '';
    const equals = pair.indexOf('=');
    if (equals === -1) return [pair, scalar(null, item.at)];
    return [pair.slice(0, equals), scalar(pair.slice(equals + 1), item.at)];
  });
  return mapping(pairs, tree.at);
}

/** `[a, b]` as `{a: null, b: null}`; other trees stay. */
export function keysToMap(tree: Tree): Tree {
  if (tree.kind !== 'sequence') return tree;
  const keys = tree.items.map((item): [string, Tree] => [text(item) ?? '', scalar(null, item.at)]);
  return mapping(keys, tree.at);
}

/** One text as a list of one; other trees stay. */
export function toList(tree: Tree): Tree {
  if (tree.kind !== 'scalar' || tree.value === null) return tree;
  return sequence(
    texts(tree).map((item) => scalar(item, tree.at)),
    tree.at,
  );
}
