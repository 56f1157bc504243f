import type { SourcePosition } from '../../model/errors.ts';
import { mapping, scalar, sequence, type Tree } from '../tree.ts';
import { field, fields, text } from '../tree-fields.ts';
import { resolvePath, type Surroundings } from './surroundings.ts';

/** Every volume in the long syntax, with absolute sources of binds. */
export function canonicalVolumes(tree: Tree, around: Surroundings): Tree {
  if (tree.kind !== 'sequence') return tree;
  const volumes = tree.items.flatMap((item) =>
    item.kind === 'mapping' ? longVolume(item, around) : (shortVolume(item, around) ?? []),
  );
  return sequence(volumes, tree.at);
}

function longVolume(tree: Tree, around: Surroundings): Tree {
  const source = field(tree, 'source');
  const path = text(source);
  if (text(field(tree, 'type')) !== 'bind' || source === undefined || path === undefined) return tree;
  return mapping([...fields(tree), ['source', scalar(resolvePath(path, around), source.at)]], tree.at);
}

function shortVolume(tree: Tree, around: Surroundings): Tree | undefined {
  const written = text(tree) ?? '';
  const parts = written.split(':');
  if (written === '' || parts.length > 3 || parts.includes('')) {
    const message = `the volume "${written}" is not valid: it must look like [SOURCE:]TARGET[:MODE]`;
    around.report({ code: 'COMPOSE_INVALID', message, position: tree.at });
    return undefined;
  }
  const [first = '', target, modes] = parts;
  if (target === undefined) return build({ type: 'volume', target: first }, tree.at);
  const options = shortModes(modes?.split(',') ?? [], tree.at, around);
  if (!/^[./~]/.test(first))
    return build({ type: 'volume', source: first, target, ...options.volume }, tree.at);
  return build({ type: 'bind', source: resolvePath(first, around), target, ...options.bind }, tree.at);
}

type Built = string | boolean | { readonly [key: string]: Built };

function build(value: Built, at: SourcePosition): Tree {
  if (typeof value !== 'object') return scalar(value, at);
  return mapping(
    Object.entries(value).map(([key, inner]) => [key, build(inner, at)] as const),
    at,
  );
}

interface ShortModes {
  readonly volume: Record<string, Built>;
  readonly bind: Record<string, Built>;
}

const propagations = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'];

// Consistency is a hint for a file sharing that Docker Desktop has given up; the engine ignores it too.
const hints = ['rw', 'cached', 'delegated', 'consistent'];

function shortModes(modes: readonly string[], at: SourcePosition, { report }: Surroundings): ShortModes {
  const readOnly: Record<string, Built> = modes.includes('ro') ? { read_only: true } : {};
  const bind: Record<string, Built> = { create_host_path: true };
  for (const mode of modes) {
    if (mode === 'z' || mode === 'Z') bind['selinux'] = mode;
    else if (propagations.includes(mode)) bind['propagation'] = mode;
    else if (mode !== 'ro' && mode !== 'nocopy' && !hints.includes(mode)) {
      const message = `the volume mode "${mode}" is not known`;
      report({ code: 'COMPOSE_INVALID', message, position: at });
    }
  }
  const nocopy: Record<string, Built> = modes.includes('nocopy') ? { volume: { nocopy: true } } : {};
  return { volume: { ...readOnly, ...nocopy }, bind: { ...readOnly, bind } };
}
