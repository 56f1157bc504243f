import type { Volume } from '../../model/project.ts';
import type { Tree } from '../tree.ts';
import { field, text, textMap } from '../tree-fields.ts';
import { engineName, isExternal, type NamedKey } from './engine-names.ts';
import { defined } from './optional.ts';

/** A top-level volume. */
export function readVolume(named: NamedKey, tree: Tree | undefined): Volume {
  return {
    key: named.key,
    name: engineName(named, tree),
    external: isExternal(tree),
    driverOptions: textMap(field(tree, 'driver_opts')),
    labels: textMap(field(tree, 'labels')),
    ...defined({ driver: text(field(tree, 'driver')) }),
  };
}
