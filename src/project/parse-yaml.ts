import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { SourcePosition } from '../model/errors.ts';
import type { Report } from './problems.ts';
import type { Entry, MergeTag, ScalarTree, Tree } from './tree.ts';

/** Aliases may multiply nodes; beyond this the file is taken for a YAML bomb. */
const nodeLimit = 100_000;

interface Reading {
  readonly document: Document;
  readonly file: string;
  readonly lines: LineCounter;
  readonly report: Report;
  /** Anchors being expanded, to refuse one that contains itself. */
  readonly open: Set<unknown>;
  nodes: number;
}

/** Reads every YAML document of a file; a file with errors reports them and yields nothing. */
export function parseYaml(source: string, file: string, report: Report): Tree[] {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(source.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: 'silent',
  });
  const documents = Array.isArray(parsed) ? parsed : [];
  const errors = documents.flatMap((document) => document.errors);
  for (const error of errors) {
    const at = lines.linePos(error.pos[0]);
    const position = { file, line: at.line, column: at.col };
    report({ code: 'YAML_SYNTAX', message: `YAML: ${error.message}`, position });
  }
  if (errors.length > 0) return [];
  return documents.flatMap((document) => readDocument({ document, file, lines, report }) ?? []);
}

function readDocument(source: Omit<Reading, 'open' | 'nodes'>): Tree | undefined {
  const reading: Reading = { ...source, open: new Set(), nodes: 0 };
  const root = source.document.contents;
  if (root === null) return undefined;
  const tree = readNode(root, reading);
  if (reading.nodes <= nodeLimit) return tree;
  const message = `YAML: aliases expand to more than ${nodeLimit.toLocaleString('en')} values`;
  source.report({ code: 'YAML_SYNTAX', message, position: { file: source.file, line: 1, column: 1 } });
  return undefined;
}

function readNode(node: unknown, reading: Reading): Tree {
  const at = positionOf(node, reading);
  reading.nodes++;
  if (reading.nodes > nodeLimit) return { kind: 'scalar', value: null, at };
  if (isAlias(node)) return readAlias(node.resolve(reading.document), node.source, at, reading);
  if (isMap(node)) return { kind: 'mapping', entries: readPairs(node, reading), at, ...tagOf(node, reading) };
  if (isSeq(node)) {
    const items = node.items.map((item) => readNode(item, reading));
    return { kind: 'sequence', items, at, ...tagOf(node, reading) };
  }
  if (isScalar(node)) return { kind: 'scalar', value: scalarValue(node), at, ...tagOf(node, reading) };
  return { kind: 'scalar', value: null, at };
}

function readAlias(target: unknown, name: string, at: SourcePosition, reading: Reading): Tree {
  const wrong = target === undefined ? 'is not defined' : 'contains itself';
  if (target === undefined || reading.open.has(target)) {
    reading.report({ code: 'YAML_SYNTAX', message: `YAML: the anchor "${name}" ${wrong}`, position: at });
    return { kind: 'scalar', value: null, at };
  }
  reading.open.add(target);
  const tree = readNode(target, reading);
  reading.open.delete(target);
  return tree;
}

function readPairs(map: YAMLMap, reading: Reading): Map<string, Entry> {
  const own = new Map<string, Entry>();
  const inherited = new Map<string, Entry>();
  for (const pair of map.items) {
    if (isMergeKey(pair)) inherit(inherited, readNode(pair.value, reading), reading.report);
    else own.set(keyOf(pair), readEntry(pair, reading));
  }
  for (const [key, entry] of own) inherited.set(key, entry);
  return inherited;
}

function readEntry(pair: Pair, reading: Reading): Entry {
  const at = positionOf(pair.key, reading);
  const { value } = pair;
  // An empty value stands nowhere, so it is said to stand where its key does.
  const empty =
    value === null || (isScalar(value) && value.value === null && value.source === '' && !value.tag);
  return { at, value: empty ? { kind: 'scalar', value: null, at } : readNode(value, reading) };
}

// Earlier maps of a merged list win over later ones.
function inherit(into: Map<string, Entry>, from: Tree, report: Report): void {
  if (from.kind === 'sequence') for (const item of from.items) inherit(into, item, report);
  else if (from.kind === 'mapping') {
    for (const [key, entry] of from.entries) if (!into.has(key)) into.set(key, entry);
  } else
    report({ code: 'YAML_SYNTAX', message: 'YAML: << needs a map or a list of maps', position: from.at });
}

function isMergeKey(pair: Pair): boolean {
  const key = pair.key;
  return isScalar(key) && (key.source ?? key.value) === '<<' && (key.type ?? 'PLAIN') === 'PLAIN';
}

function keyOf(pair: Pair): string {
  const key = pair.key;
  if (!isScalar(key)) return String(key);
  return key.type === 'PLAIN' && key.source !== undefined ? key.source : String(key.value);
}

function scalarValue(node: Scalar): ScalarTree['value'] {
  const { value, source } = node;
  if (typeof value === 'bigint') return source ?? value.toString();
  if (typeof value === 'number') return numberValue(value, source ?? '');
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return null;
}

// Go's YAML reads 0440 as octal, as YAML 1.1 did; file modes are written that way.
function numberValue(value: number, source: string): number | string {
  if (/^0[0-7]+$/.test(source)) return Number.parseInt(source, 8);
  return Number.isSafeInteger(value) || !Number.isInteger(value) ? value : source;
}

function tagOf(node: Node, reading: Reading): { tag?: MergeTag } {
  if (node.tag === '!reset') return { tag: 'reset' };
  if (node.tag === '!override') return { tag: 'override' };
  if (node.tag?.startsWith('!') === true) {
    const message = `YAML: the tag ${node.tag} is not known; Compose files use !reset and !override`;
    reading.report({ code: 'COMPOSE_INVALID', message, position: positionOf(node, reading) });
  }
  return {};
}

function positionOf(node: unknown, reading: Reading): SourcePosition {
  const offset = rangeStart(node);
  if (offset === undefined) return { file: reading.file };
  const { line, col } = reading.lines.linePos(offset);
  return { file: reading.file, line, column: col };
}

function rangeStart(node: unknown): number | undefined {
  const hasRange = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
  return hasRange ? node.range?.[0] : undefined;
}
