import { mapping, scalar, withTag, type Entry, type MappingTree, type Tree } from '../tree.ts';
import { field, fields, text } from '../tree-fields.ts';
import { canonicalService } from './canonical-service.ts';
import { pairsToMap } from './short-forms.ts';
import { resolvePath, type Surroundings } from './surroundings.ts';

type Canonical = (tree: MappingTree, around: Surroundings) => MappingTree;

const sections = new Map<string, Canonical>(
  Object.entries({
    services: canonicalService,
    networks: withLabelMap,
    volumes: withLabelMap,
    configs: withAbsoluteFile,
    secrets: withAbsoluteFile,
  }),
);

/** A whole file with every short form written out and every path absolute, ready to be merged. */
export function canonicalFile(file: MappingTree, around: Surroundings): MappingTree {
  return mapEntries(file, (key, section) => {
    const canonical = sections.get(key);
    if (canonical === undefined || section.kind !== 'mapping') return section;
    return mapEntries(section, (_, value) => (value.kind === 'mapping' ? canonical(value, around) : value));
  });
}

function mapEntries(tree: MappingTree, change: (key: string, value: Tree) => Tree): MappingTree {
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) entries.set(key, { ...entry, value: change(key, entry.value) });
  return { ...tree, entries };
}

function withLabelMap(tree: MappingTree): MappingTree {
  return mapEntries(tree, (key, value) => (key === 'labels' ? withTag(pairsToMap(value), value.tag) : value));
}

function withAbsoluteFile(tree: MappingTree, around: Surroundings): MappingTree {
  const file = field(tree, 'file');
  const path = text(file);
  if (file === undefined || path === undefined) return tree;
  return mapping([...fields(tree), ['file', scalar(resolvePath(path, around), file.at)]], tree.at);
}
