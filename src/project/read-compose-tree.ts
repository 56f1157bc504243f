import { canonicalFile } from './canonical/canonical-file.ts';
import { interpolateTree } from './interpolate-tree.ts';
import type { Lookup } from './interpolation.ts';
import type { Report } from './problems.ts';
import { checkShape } from './schema/check-shape.ts';
import { composeShape } from './schema/compose-shape.ts';
import type { MappingTree, Tree } from './tree.ts';
import { field } from './tree-fields.ts';

/** What reading one Compose file needs. */
export interface FileContext {
  /** Relative paths start here. */
  readonly directory: string;
  readonly lookup: Lookup;
  readonly report: Report;
  readonly warn: (sentence: string) => void;
}

/** One parsed document, interpolated, checked and in canonical form; empty when it is no map. */
export function readComposeTree(raw: Tree, context: FileContext): MappingTree[] {
  const { lookup, report, warn, directory } = context;
  const onUnset = (name: string) => warn(`The variable ${name} is not set; an empty text stands for it.`);
  const tree = interpolateTree(raw, { lookup, report, onUnset });
  if (tree.kind !== 'mapping') {
    const message = 'a Compose file must be a map with the key "services"';
    report({ code: 'COMPOSE_INVALID', message, position: tree.at });
    return [];
  }
  checkShape(tree, composeShape, '', context);
  if (field(tree, 'version') !== undefined)
    warn(`${tree.at.file}: the key "version" is obsolete and has no effect.`);
  return [canonicalFile(tree, { directory, home: lookup('HOME'), report })];
}
