import { fieldsV1, leavesOf, pathOf, pathsOf, pathText, setAt } from './field-sets.ts';
import { type ApiObject, copy, type Fields, type ManagedFields, same } from './objects.ts';
import { applyConflict } from './status-error.ts';

/** Who changes an object, and how. */
export interface Author {
  readonly manager: string;
  readonly operation: ManagedFields['operation'];
  readonly force?: boolean;
}

interface Owned {
  readonly entry: ManagedFields;
  paths: Set<string>;
}

function ownedOf(object: ApiObject | undefined): Owned[] {
  return (object?.metadata.managedFields ?? []).map((entry) => ({
    entry,
    paths: new Set(pathsOf(entry.fieldsV1)),
  }));
}

/**
 * Server-side apply: the manager's fields become what it says, those it no longer names go unless others have them, and
 * what others have set to something else is a conflict. https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function applied(live: ApiObject | undefined, wanted: ApiObject, author: Author): ApiObject {
  const leaves = leavesOf(wanted);
  const owned = ownedOf(live);
  const before = live === undefined ? new Map<string, unknown>() : leavesOf(live);
  const isOwn = ({ entry }: Owned): boolean =>
    entry.manager === author.manager && entry.operation === 'Apply';
  const others = owned.filter((each) => !isOwn(each));
  if (author.force !== true) refuseConflicts(others, { leaves, before });
  const result: ApiObject = live === undefined ? copy(wanted) : copy(live);
  const kept = new Set(others.flatMap(({ paths }) => [...paths]));
  const own = owned.find(isOwn)?.paths ?? new Set<string>();
  for (const path of own) if (!leaves.has(path) && !kept.has(path)) setAt(result, pathOf(path), undefined);
  for (const [path, value] of leaves) setAt(result, pathOf(path), copy(value ?? null));
  const rest = others.map((each) => without(each, changedBy(leaves, before)));
  return withManagers(result, [...rest, ownership(result, author, new Set(leaves.keys()))]);
}

function refuseConflicts(
  others: readonly Owned[],
  {
    leaves,
    before,
  }: { readonly leaves: ReadonlyMap<string, unknown>; readonly before: ReadonlyMap<string, unknown> },
): void {
  const changed = changedBy(leaves, before);
  const conflicts = others.flatMap(({ entry, paths }) =>
    [...changed]
      .filter((path) => paths.has(path))
      .map((path) => ({
        manager: entry.manager,
        apiVersion: entry.apiVersion,
        field: pathText(pathOf(path)),
      })),
  );
  if (conflicts.length > 0) throw applyConflict(conflicts);
}

function changedBy(
  leaves: ReadonlyMap<string, unknown>,
  before: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  return new Set([...leaves].filter(([path, value]) => !same(value, before.get(path))).map(([path]) => path));
}

/** After any other change: the changed fields are the author's, and nobody else's. */
export function updated(live: ApiObject | undefined, next: ApiObject, author: Author): ApiObject {
  const before = live === undefined ? new Map<string, unknown>() : leavesOf(live);
  const after = leavesOf(next);
  const changed = changedBy(after, before);
  const gone = new Set([...before.keys()].filter((path) => !after.has(path)));
  const isOwn = ({ entry }: Owned): boolean =>
    entry.manager === author.manager && entry.operation === 'Update';
  const owned = ownedOf(live);
  const mine = new Set([...(owned.find(isOwn)?.paths ?? []), ...changed].filter((path) => !gone.has(path)));
  const rest = owned
    .filter((each) => !isOwn(each))
    .map((each) => without(each, new Set([...changed, ...gone])));
  return withManagers(next, mine.size === 0 ? rest : [...rest, ownership(next, author, mine)]);
}

function without({ entry, paths }: Owned, lost: ReadonlySet<string>): Owned {
  return { entry, paths: new Set([...paths].filter((path) => !lost.has(path))) };
}

function ownership(object: ApiObject, { manager, operation }: Author, paths: Set<string>): Owned {
  const time = new Date().toISOString().replace(/\.\d+/, '');
  return {
    entry: { manager, operation, apiVersion: object.apiVersion, time, fieldsType: 'FieldsV1', fieldsV1: {} },
    paths,
  };
}

function withManagers(object: ApiObject, owned: readonly Owned[]): ApiObject {
  const entries = owned
    .filter(({ paths }) => paths.size > 0)
    .map(({ entry, paths }): ManagedFields => ({ ...entry, fieldsV1: fieldsV1(paths) satisfies Fields }));
  return { ...object, metadata: { ...object.metadata, managedFields: entries } };
}
