import { type Fields, isFields } from './objects.ts';

/** Fields by which items of lists are told apart (`x-kubernetes-list-map-keys`); other lists are one value. */
const keysOfLists: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  ownerReferences: 'uid',
  ports: 'name',
};

/** Step of a path: `f:name` or `k:{"name":"x"}`, as FieldsV1 writes it. */
export type Path = readonly string[];

/** Every leaf of an object with its path as text; what identifies the object is no field of anybody. */
export function leavesOf(object: Fields): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const { apiVersion: _version, kind: _kind, status: _status, metadata, ...rest } = object;
  const { labels, annotations, ownerReferences } = isFields(metadata) ? metadata : {};
  const named = Object.entries({ labels, annotations, ownerReferences }).filter(
    ([, value]) => value !== undefined,
  );
  visit({ ...rest, ...(named.length === 0 ? {} : { metadata: Object.fromEntries(named) }) }, [], found);
  return found;
}

function visit(value: unknown, path: Path, found: Map<string, unknown>): void {
  const key = keysOfLists[(path.at(-1) ?? '').slice(2)];
  if (Array.isArray(value) && key !== undefined && value.every((item) => isFields(item) && key in item)) {
    for (const item of value) visit(item, [...path, `k:${JSON.stringify({ [key]: item[key] })}`], found);
  } else if (isFields(value) && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) visit(inner, [...path, `f:${name}`], found);
  } else found.set(JSON.stringify(path), value);
}

export function pathOf(text: string): Path {
  return JSON.parse(text);
}

/** `.spec.template.spec.containers[name="postgres"].image`. */
export function pathText(path: Path): string {
  return path
    .map((step) => {
      if (step.startsWith('f:')) return `.${step.slice(2)}`;
      const [[key, value] = []] = Object.entries(JSON.parse(step.slice(2)));
      return `[${key}=${JSON.stringify(value)}]`;
    })
    .join('');
}

/** Paths as FieldsV1 nests them. */
export function fieldsV1(paths: Iterable<string>): Fields {
  const root: Fields = {};
  for (const text of paths) {
    let at = root;
    for (const step of pathOf(text)) {
      const inner = at[step];
      const next: Fields = isFields(inner) ? inner : {};
      at[step] = next;
      at = next;
    }
  }
  return root;
}

/** Paths of the leaves of FieldsV1. */
export function pathsOf(fields: Fields, path: Path = []): readonly string[] {
  const entries = Object.entries(fields);
  if (entries.length === 0) return [JSON.stringify(path)];
  return entries.flatMap(([step, inner]) => (isFields(inner) ? pathsOf(inner, [...path, step]) : []));
}

/** Sets a leaf; undefined takes it away, with what is empty without it. */
export function setAt(object: Fields, path: Path, value: unknown): void {
  const [step = '', ...rest] = path;
  if (!step.startsWith('f:')) return;
  const name = step.slice(2);
  const [next] = rest;
  if (next === undefined) {
    if (value === undefined) delete object[name];
    else object[name] = value;
  } else if (next.startsWith('k:')) setInList(object, name, { rest, value });
  else {
    const inner = object[name];
    const fields: Fields = isFields(inner) ? inner : {};
    if (fields !== inner && value === undefined) return;
    object[name] = fields;
    setAt(fields, rest, value);
  }
}

function setInList(
  object: Fields,
  name: string,
  { rest: [step = '', ...rest], value }: { readonly rest: Path; readonly value: unknown },
): void {
  const key: Fields = JSON.parse(step.slice(2));
  const list: unknown[] = Array.isArray(object[name]) ? object[name] : [];
  const isIt = (item: unknown): item is Fields =>
    isFields(item) && Object.entries(key).every(([field, is]) => item[field] === is);
  const found = list.find(isIt);
  if (found === undefined && value === undefined) return;
  const item = found ?? { ...key };
  if (found === undefined) list.push(item);
  object[name] = list;
  setAt(item, rest, value);
  const isEmpty = Object.keys(item).every((field) => field in key);
  if (value === undefined && isEmpty) list.splice(list.indexOf(item), 1);
}
