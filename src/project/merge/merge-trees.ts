import type { SourcePosition } from '../../model/errors.ts';
import { withTag, type Entry, type MappingTree, type SequenceTree, type Tree } from '../tree.ts';
import { field, text } from '../tree-fields.ts';
import { uniqueKeyAt } from './unique-keys.ts';

const replaced = new Set(['services.*.command', 'services.*.entrypoint', 'services.*.healthcheck.test']);

/** Merges canonical files, later over earlier, by the rules of the Compose Specification. */
export function mergeDocuments(trees: readonly MappingTree[], at: SourcePosition): MappingTree {
  const nothing: MappingTree = { kind: 'mapping', entries: new Map(), at };
  const merged = trees.reduce((base, over) => mergeMappings(base, over, []), nothing);
  return settleMapping(merged, []);
}

/** Merges one value over another; the path tells which rule holds. */
export function mergeTrees(base: Tree, over: Tree, path: readonly string[]): Tree {
  if (over.tag !== undefined) return over.tag === 'override' ? withTag(over, undefined) : over;
  const pattern = patternOf(path);
  if (replaced.has(pattern)) return over;
  if (isNull(over) && base.kind !== 'scalar') return base;
  if (pattern === 'services.*.logging' && driverChanges(base, over)) return over;
  if (base.kind === 'mapping' && over.kind === 'mapping') return mergeMappings(base, over, path);
  if (base.kind === 'sequence' && over.kind === 'sequence') return append(base, over, pattern);
  return over;
}

// Removes what `!reset` takes away, and double entries of lists that have a unique key.
function settle(tree: Tree, path: readonly string[]): Tree {
  if (tree.kind === 'scalar') return withTag(tree, undefined);
  if (tree.kind === 'mapping') return withTag(settleMapping(tree, path), undefined);
  const items = tree.items.filter((item) => item.tag !== 'reset').map((item) => settle(item, [...path, '*']));
  return withTag({ ...tree, items: unique(items, patternOf(path)) }, undefined);
}

function settleMapping(tree: MappingTree, path: readonly string[]): MappingTree {
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) {
    if (entry.value.tag === 'reset') continue;
    entries.set(key, { ...entry, value: settle(entry.value, [...path, key]) });
  }
  return { ...tree, entries };
}

function mergeMappings(base: MappingTree, over: MappingTree, path: readonly string[]): MappingTree {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const before = entries.get(key);
    const value = before === undefined ? entry.value : mergeTrees(before.value, entry.value, [...path, key]);
    entries.set(key, { at: entry.at, value });
  }
  return { ...base, entries };
}

function append(base: SequenceTree, over: SequenceTree, pattern: string): Tree {
  return { ...base, items: unique([...base.items, ...over.items], pattern) };
}

// The later value wins and stands where the earlier one stood.
function unique(items: readonly Tree[], pattern: string): readonly Tree[] {
  const keyOf = uniqueKeyAt(pattern);
  if (keyOf === undefined) return items;
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function driverChanges(base: Tree, over: Tree): boolean {
  const driver = text(field(over, 'driver'));
  return driver !== undefined && driver !== text(field(base, 'driver'));
}

function patternOf([section, , ...rest]: readonly string[]): string {
  return [section, '*', ...rest].join('.');
}

function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}
