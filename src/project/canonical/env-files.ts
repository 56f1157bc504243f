import { mapping, scalar, sequence, type Tree } from '../tree.ts';
import { field, fields, text } from '../tree-fields.ts';
import { resolvePath, type Surroundings } from './surroundings.ts';
import { toList } from './short-forms.ts';

/** `env_file: a.env` as a list of maps with absolute paths. */
export function canonicalEnvFiles(tree: Tree, around: Surroundings): Tree {
  const listed = toList(tree);
  if (listed.kind !== 'sequence') return listed;
  return sequence(
    listed.items.map((item) => canonicalEnvFile(item, around)),
    tree.at,
  );
}

function canonicalEnvFile(tree: Tree, around: Surroundings): Tree {
  const path = text(tree) ?? text(field(tree, 'path'));
  if (path === undefined) return tree;
  const resolved: [string, Tree] = ['path', scalar(resolvePath(path, around), tree.at)];
  return mapping([...fields(tree), resolved], tree.at);
}
