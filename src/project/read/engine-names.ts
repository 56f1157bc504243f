import type { Tree } from '../tree.ts';
import { boolean, field, text } from '../tree-fields.ts';

/** A top-level key and the project that it stands in. */
export interface NamedKey {
  readonly project: string;
  readonly key: string;
}

/** True for what exists outside the project, in both notations. */
export function isExternal(tree: Tree | undefined): boolean {
  const external = field(tree, 'external');
  return external?.kind === 'mapping' || boolean(external) === true;
}

/** What the engine calls it: `name:`, else the bare key when external, else prefixed by the project. */
export function engineName({ project, key }: NamedKey, tree: Tree | undefined): string {
  const name = text(field(tree, 'name')) ?? text(field(field(tree, 'external'), 'name'));
  return name ?? (isExternal(tree) ? key : `${project}_${key}`);
}
