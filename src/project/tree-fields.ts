import type { Entry, Tree } from './tree.ts';

/** The value under a key, or undefined when there is none or the tree is no mapping. */
export function field(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === 'mapping' ? tree.entries.get(key)?.value : undefined;
}

/** The value under a chain of keys. */
export function fieldAt(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  return path.reduce<Tree | undefined>((at, key) => field(at, key), tree);
}

/** Keys and values of a mapping; empty for anything else. */
export function fields(tree: Tree | undefined): [string, Tree][] {
  return tree?.kind === 'mapping' ? [...tree.entries].map(([key, entry]) => [key, entry.value]) : [];
}

/** Keys of a mapping together with the places of the keys. */
export function entries(tree: Tree | undefined): [string, Entry][] {
  return tree?.kind === 'mapping' ? [...tree.entries] : [];
}

/** Items of a sequence; empty for anything else. */
export function items(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === 'sequence' ? tree.items : [];
}

/** A scalar as text; undefined for null and for what is no scalar. */
export function text(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'scalar' && tree.value !== null ? String(tree.value) : undefined;
}

/** A number, also one written as text, which is what interpolation leaves. */
export function number(tree: Tree | undefined): number | undefined {
  const written = text(tree);
  if (written === undefined || written.trim() === '') return undefined;
  const value = Number(written);
  return Number.isNaN(value) ? undefined : value;
}

const booleans = new Map<string, boolean>(
  Object.entries({
    true: true,
    y: true,
    yes: true,
    on: true,
    '1': true,
    t: true,
    false: false,
    n: false,
    no: false,
    off: false,
    '0': false,
    f: false,
  }),
);

/** A boolean, also one written as text. */
export function boolean(tree: Tree | undefined): boolean | undefined {
  return booleans.get(text(tree)?.toLowerCase() ?? '');
}

/** Scalar items of a sequence, or the one scalar itself, as texts. */
export function texts(tree: Tree | undefined): string[] {
  const list = tree?.kind === 'scalar' ? [tree] : items(tree);
  return list.flatMap((item) => text(item) ?? []);
}

/** A mapping of scalars as texts; null becomes the empty text. */
export function textMap(tree: Tree | undefined): Record<string, string> {
  return Object.fromEntries(fields(tree).map(([key, value]) => [key, text(value) ?? '']));
}
