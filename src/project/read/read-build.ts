import type { Build } from '../../model/service.ts';
import type { Lookup } from '../interpolation.ts';
import type { Tree } from '../tree.ts';
import { boolean, field, fields, text, textMap, texts } from '../tree-fields.ts';
import { defined } from './optional.ts';
import { readSize } from './read-resources.ts';

/** `build` of a service; an argument without a value takes that of the variable, if there is one. */
export function readBuild(tree: Tree | undefined, lookup: Lookup): Build | undefined {
  const context = text(field(tree, 'context'));
  if (context === undefined) return undefined;
  return {
    context,
    args: readArguments(field(tree, 'args'), lookup),
    labels: textMap(field(tree, 'labels')),
    cacheFrom: texts(field(tree, 'cache_from')),
    tags: texts(field(tree, 'tags')),
    extraHosts: texts(field(tree, 'extra_hosts')),
    noCache: boolean(field(tree, 'no_cache')) ?? false,
    pull: boolean(field(tree, 'pull')) ?? false,
    ...defined({
      dockerfile: text(field(tree, 'dockerfile')),
      dockerfileInline: text(field(tree, 'dockerfile_inline')),
      target: text(field(tree, 'target')),
      network: text(field(tree, 'network')),
      shmSizeBytes: readSize(field(tree, 'shm_size')),
    }),
  };
}

function readArguments(tree: Tree | undefined, lookup: Lookup): Record<string, string> {
  return Object.fromEntries(
    fields(tree).flatMap(([name, value]) => {
      const given = text(value) ?? lookup(name);
      return given === undefined ? [] : [[name, given]];
    }),
  );
}
