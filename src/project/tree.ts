import type { SourcePosition } from '../model/errors.ts';

/** A YAML value that remembers where it stands; aliases and merge keys are already resolved. */
export type Tree = ScalarTree | SequenceTree | MappingTree;

interface Placed {
  readonly at: SourcePosition;
  /** `!reset` and `!override`, which steer the merge of several files. */
  readonly tag?: MergeTag;
}

export type MergeTag = 'reset' | 'override';

export interface ScalarTree extends Placed {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

export interface SequenceTree extends Placed {
  readonly kind: 'sequence';
  readonly items: readonly Tree[];
}

export interface MappingTree extends Placed {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  /** Where the key stands. */
  readonly at: SourcePosition;
  readonly value: Tree;
}

/** A scalar standing at a place of the source. */
export function scalar(value: ScalarTree['value'], at: SourcePosition): ScalarTree {
  return { kind: 'scalar', value, at };
}

/** A sequence standing at a place of the source. */
export function sequence(items: readonly Tree[], at: SourcePosition): SequenceTree {
  return { kind: 'sequence', items, at };
}

/** A mapping whose keys stand where their values stand. */
export function mapping(values: Iterable<readonly [string, Tree]>, at: SourcePosition): MappingTree {
  const entries = new Map<string, Entry>();
  for (const [key, value] of values) entries.set(key, { at: value.at, value });
  return { kind: 'mapping', entries, at };
}

/** The same tree with another tag, or none. */
export function withTag(tree: Tree, tag: MergeTag | undefined): Tree {
  if (tree.tag === tag) return tree;
  const { tag: _, ...rest } = tree;
  return tag === undefined ? rest : { ...rest, tag };
}
