import { scalar, type Entry, type MappingTree, type Tree } from '../tree.ts';
import { pairsToMap } from './short-forms.ts';
import { resolvePath, type Surroundings } from './surroundings.ts';

/** `x-orq` with absolute paths and the environment as a map. */
export function canonicalExtension(tree: Tree, around: Surroundings): Tree {
  const resolve = (value: Tree): Tree =>
    value.kind === 'scalar' && typeof value.value === 'string'
      ? scalar(resolvePath(value.value, around), value.at)
      : value;
  const withEnvironment = change(tree, 'embedded', (embedded) => change(embedded, 'environment', pairsToMap));
  return change(withEnvironment, 'database', (database) =>
    change(change(database, 'migrations', resolve), 'seed', resolve),
  );
}

function change(tree: Tree, key: string, by: (value: Tree) => Tree): Tree {
  const entry = tree.kind === 'mapping' ? tree.entries.get(key) : undefined;
  return tree.kind === 'mapping' && entry !== undefined
    ? replace(tree, key, { ...entry, value: by(entry.value) })
    : tree;
}

function replace(tree: MappingTree, key: string, entry: Entry): MappingTree {
  return { ...tree, entries: new Map(tree.entries).set(key, entry) };
}
