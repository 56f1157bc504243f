import type { Mount } from '../../model/service.ts';
import { parseSize } from '../quantities.ts';
import type { Tree } from '../tree.ts';
import { boolean, field, fieldAt, items, text } from '../tree-fields.ts';
import { defined } from './optional.ts';

/** What a canonical service mounts, without configs and secrets. */
export function readMounts(service: Tree): Mount[] {
  return items(field(service, 'volumes')).map(readMount);
}

function readMount(tree: Tree): Mount {
  const target = text(field(tree, 'target')) ?? '';
  const shared = { target, readOnly: boolean(field(tree, 'read_only')) ?? false };
  const type = text(field(tree, 'type'));
  if (type === 'bind') return { kind: 'bind', ...shared, ...bindOptions(tree) };
  if (type === 'tmpfs') return { kind: 'tmpfs', ...shared, ...tmpfsOptions(tree) };
  return {
    kind: 'volume',
    ...shared,
    ...defined({
      volume: text(field(tree, 'source')),
      nocopy: boolean(fieldAt(tree, 'volume', 'nocopy')),
      subpath: text(fieldAt(tree, 'volume', 'subpath')),
    }),
  };
}

type BindOptions = Omit<Extract<Mount, { kind: 'bind' }>, 'kind' | 'target' | 'readOnly'>;

function bindOptions(tree: Tree): BindOptions {
  const selinux = text(fieldAt(tree, 'bind', 'selinux'));
  return {
    source: text(field(tree, 'source')) ?? '',
    createHostPath: boolean(fieldAt(tree, 'bind', 'create_host_path')) ?? true,
    ...defined({ propagation: text(fieldAt(tree, 'bind', 'propagation')) }),
    ...(selinux === 'z' || selinux === 'Z' ? { selinux } : {}),
  };
}

function tmpfsOptions(tree: Tree) {
  const size = text(fieldAt(tree, 'tmpfs', 'size'));
  const mode = fieldAt(tree, 'tmpfs', 'mode');
  return defined({ sizeBytes: size === undefined ? undefined : parseSize(size), mode: readMode(mode) });
}

// A mode written as text is octal; YAML has already turned an unquoted 0700 into a number.
function readMode(tree: Tree | undefined): number | undefined {
  if (tree?.kind !== 'scalar') return undefined;
  if (typeof tree.value === 'number') return tree.value;
  return typeof tree.value === 'string' ? Number.parseInt(tree.value, 8) : undefined;
}
