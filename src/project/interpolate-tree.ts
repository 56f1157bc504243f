import { isFailure, substitute, type Lookup } from './interpolation.ts';
import type { Report } from './problems.ts';
import type { Entry, ScalarTree, Tree } from './tree.ts';

export interface Interpolation {
  readonly lookup: Lookup;
  readonly report: Report;
  /** Called for every variable that is not set and has no default. */
  readonly onUnset: (name: string) => void;
}

/** Replaces variables in all values; keys stay as written. */
export function interpolateTree(tree: Tree, interpolation: Interpolation): Tree {
  if (tree.kind === 'scalar') return interpolateScalar(tree, interpolation);
  if (tree.kind === 'sequence') {
    return { ...tree, items: tree.items.map((item) => interpolateTree(item, interpolation)) };
  }
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) {
    entries.set(key, { ...entry, value: interpolateTree(entry.value, interpolation) });
  }
  return { ...tree, entries };
}

function interpolateScalar(tree: ScalarTree, { lookup, report, onUnset }: Interpolation): ScalarTree {
  if (typeof tree.value !== 'string' || !tree.value.includes('$')) return tree;
  const result = substitute(tree.value, lookup);
  if (isFailure(result)) {
    const code = result.kind === 'missing' ? 'VARIABLE_MISSING' : 'INTERPOLATION';
    report({ code, message: result.message, position: tree.at });
    return tree;
  }
  result.unset.forEach(onUnset);
  return { ...tree, value: result.text };
}
