import type { SourcePosition } from '../../model/errors.ts';
import { suggestion } from '../did-you-mean.ts';
import type { Report } from '../problems.ts';
import { parseDuration, parseSize } from '../quantities.ts';
import type { MappingTree, ScalarTree, Tree } from '../tree.ts';
import { boolean, number } from '../tree-fields.ts';
import type { ObjectShape, Shape } from './shape.ts';

export interface Check {
  readonly report: Report;
  readonly warn: (sentence: string) => void;
}

/** Reports every place where a tree differs from its shape. */
export function checkShape(tree: Tree, shape: Shape, path: string, check: Check): void {
  if (tree.tag === 'reset') return;
  if (shape.kind === 'unsupported') reportUnsupported(path, tree.at, check);
  else if (shape.kind === 'ignored') check.warn(`${path} has no effect: ${shape.because}`);
  else if (shape.kind === 'either') checkEither(tree, shape.shapes, path, check);
  else if (shape.kind === 'nullable') {
    if (!isNull(tree)) checkShape(tree, shape.of, path, check);
  } else if (tree.kind !== kindOf(shape)) reportKind(tree, shape, path, check);
  else checkInside(tree, shape, path, check);
}

function checkInside(tree: Tree, shape: Shape, path: string, check: Check): void {
  if (tree.kind === 'scalar') checkScalar(tree, shape, path, check);
  else if (tree.kind === 'sequence' && shape.kind === 'list') {
    for (const [index, item] of tree.items.entries()) checkShape(item, shape.of, `${path}[${index}]`, check);
  } else if (tree.kind === 'mapping' && shape.kind === 'map') {
    for (const [key, { value }] of tree.entries) checkShape(value, shape.of, join(path, key), check);
  } else if (tree.kind === 'mapping' && shape.kind === 'object') checkObject(tree, shape, path, check);
}

function checkObject(tree: MappingTree, shape: ObjectShape, path: string, check: Check): void {
  for (const [key, { at, value }] of tree.entries) {
    const known = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (known?.kind === 'unsupported') reportUnsupported(join(path, key), at, check);
    else if (known !== undefined) checkShape(value, known, join(path, key), check);
    else if (!shape.extensible || !key.startsWith('x-')) reportUnknown(key, { shape, path, at }, check);
  }
  for (const key of shape.required) {
    if (tree.entries.has(key)) continue;
    const message = `${path} needs the key "${key}"`;
    check.report({ code: 'COMPOSE_INVALID', message, position: tree.at });
  }
}

function checkEither(tree: Tree, shapes: readonly Shape[], path: string, check: Check): void {
  const fitting = shapes.find((shape) => tree.kind === kindOf(shape));
  if (fitting !== undefined) return checkShape(tree, fitting, path, check);
  if (isNull(tree)) return;
  invalid(`${path} must be ${shapes.map(describe).join(' or ')}, not ${describeTree(tree)}`, tree.at, check);
}

function checkScalar(tree: ScalarTree, shape: Shape, path: string, check: Check): void {
  if (fits(tree, shape)) return;
  if (shape.kind === 'choice' && shape.unsupported.includes(String(tree.value))) {
    const message = `${path}: "${String(tree.value)}" is not supported by orq`;
    return check.report({ code: 'COMPOSE_UNSUPPORTED', message, position: tree.at });
  }
  invalid(`${path} must be ${describe(shape)}, not ${describeTree(tree)}`, tree.at, check);
}

function fits(tree: ScalarTree, shape: Shape): boolean {
  const { value } = tree;
  if (value === null) return false;
  if (shape.kind === 'text') return typeof value === 'string';
  if (shape.kind === 'number') return number(tree) !== undefined && typeof value !== 'boolean';
  if (shape.kind === 'integer') return Number.isInteger(number(tree)) && typeof value !== 'boolean';
  if (shape.kind === 'boolean') return boolean(tree) !== undefined && typeof value !== 'number';
  if (shape.kind === 'duration') return parseDuration(String(value)) !== undefined;
  if (shape.kind === 'size') return parseSize(String(value)) !== undefined;
  return shape.kind !== 'choice' || shape.values.includes(String(value));
}

function reportKind(tree: Tree, shape: Shape, path: string, check: Check): void {
  const collection = shape.kind === 'list' || shape.kind === 'map' || shape.kind === 'object';
  if (collection && isNull(tree)) return;
  invalid(`${path} must be ${describe(shape)}, not ${describeTree(tree)}`, tree.at, check);
}

interface UnknownKey {
  readonly shape: ObjectShape;
  readonly path: string;
  readonly at: SourcePosition;
}

function reportUnknown(key: string, { shape, path, at }: UnknownKey, { report }: Check): void {
  const message = `${join(path, key)}: the key "${key}" is not known here`;
  report({ code: 'COMPOSE_INVALID', message, position: at, ...suggestion(key, Object.keys(shape.fields)) });
}

function reportUnsupported(path: string, position: SourcePosition, { report }: Check): void {
  report({ code: 'COMPOSE_UNSUPPORTED', message: `${path} is not supported by orq`, position });
}

function invalid(message: string, position: SourcePosition, { report }: Check): void {
  report({ code: 'COMPOSE_INVALID', message, position });
}

function kindOf(shape: Shape): Tree['kind'] {
  if (shape.kind === 'nullable') return kindOf(shape.of);
  if (shape.kind === 'list') return 'sequence';
  return shape.kind === 'map' || shape.kind === 'object' ? 'mapping' : 'scalar';
}

const names: Partial<Record<Shape['kind'], string>> = {
  scalar: 'a text, number or boolean',
  text: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  duration: 'a duration such as 1m30s',
  size: 'a size such as 512m',
  list: 'a list',
  map: 'a map',
  object: 'a map',
};

function describe(shape: Shape): string {
  if (shape.kind === 'nullable') return describe(shape.of);
  if (shape.kind === 'choice') return `one of ${shape.values.join(', ')}`;
  return names[shape.kind] ?? shape.kind;
}

function describeTree(tree: Tree): string {
  if (tree.kind !== 'scalar') return tree.kind === 'sequence' ? 'a list' : 'a map';
  if (tree.value === null) return 'empty';
  return typeof tree.value === 'string' ? `"${tree.value}"` : String(tree.value);
}

function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
