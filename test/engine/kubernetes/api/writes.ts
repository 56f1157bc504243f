import { admit, resources } from './admission.ts';
import { definitionProblems, type Structural } from './definition-check.ts';
import { immutableChange } from './immutable-fields.ts';
import { applied, type Author, updated } from './managed-fields.ts';
import { wrongNames } from './name-check.ts';
import { type ApiObject, copy, type Fields, isFields } from './objects.ts';
import { apiVersionOf, type Resource } from './resources.ts';
import { type SchemaProblem, schemaProblems } from './schema-check.ts';
import { badRequest, invalid, StatusError } from './status-error.ts';
import { type Store, subjectOf } from './store.ts';

/** Where a write goes. */
export interface Target {
  readonly store: Store;
  readonly resource: Resource;
  readonly namespace: string;
  /** Of custom objects. */
  readonly schema?: Structural;
}

/** POST; one that is only tried is admitted or refused, and not kept. */
export function createObject(target: Target, body: ApiObject, author: Author, isTrial = false): ApiObject {
  const object = placed(target, body);
  check(target, object);
  admit(target.store, target.resource, object);
  const made = withDefaults(updated(undefined, object, author));
  return isTrial ? made : target.store.create(target.resource, made);
}

/** PATCH as server-side apply; makes what is not there. */
export function applyObject(target: Target, body: ApiObject, author: Author): ApiObject {
  const object = placed(target, body);
  check(target, object, 'apply');
  const { store, resource, namespace } = target;
  const live = store.find(resource, namespace, object.metadata.name);
  if (live === undefined) {
    admit(store, resource, object);
    return store.create(resource, withDefaults(applied(undefined, object, author)));
  }
  const next = applied(live, object, author);
  check(target, next);
  refuseImmutable(target, live, next);
  return store.update(resource, next);
}

/** PATCH as a merge: null takes a field away. */
export function mergeObject(
  target: Target,
  { name, body }: { readonly name: string; readonly body: Fields },
  author: Author,
): ApiObject {
  const { store, resource, namespace } = target;
  const live = store.get(resource, namespace, name);
  const merged: ApiObject = copy(merge(copy<Fields>(live), body));
  check(target, merged);
  refuseImmutable(target, live, merged);
  return store.update(resource, updated(live, merged, author));
}

function placed({ resource, namespace }: Target, body: ApiObject): ApiObject {
  const { kind, plural } = resource;
  const apiVersion = apiVersionOf(resource);
  // Absent, they are what the path says.
  if ((body.kind ?? kind) !== kind || (body.apiVersion ?? apiVersion) !== apiVersion)
    throw badRequest(`${body.apiVersion} ${body.kind} is not what ${plural} has`);
  const { namespace: own = namespace } = body.metadata;
  if (resource.namespaced && own !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return {
    ...body,
    apiVersion,
    kind,
    metadata: { ...body.metadata, ...(resource.namespaced ? { namespace } : {}) },
  };
}

/** Throws as the server does: what cannot be read is no request, what can be read and is wrong is invalid. */
function check({ resource, schema }: Target, object: ApiObject, by: 'apply' | 'json' = 'json'): void {
  const { managedFields: _managed, ...metadata } = object.metadata;
  const { status: _status, ...rest } = object;
  const problems =
    schema === undefined
      ? schemaProblems({ ...rest, metadata })
      : definitionProblems(object.spec ?? {}, schema, 'spec');
  const unreadable = problems.filter(({ is }) => is === 'unknown' || is === 'type');
  if (unreadable.length > 0)
    throw by === 'apply' ? untyped(object, unreadable) : notDecoded(object, unreadable);
  const causes = [
    ...problems.map(({ is, field, message }) => ({
      reason: is === 'missing' ? 'FieldValueRequired' : 'FieldValueInvalid',
      field,
      message,
    })),
    ...wrongNames(resource.kind, object.metadata),
  ];
  if (causes.length > 0) throw invalid(resource.kind, subjectOf(resource, object.metadata.name), causes);
}

function notDecoded({ kind, apiVersion }: ApiObject, problems: readonly SchemaProblem[]): StatusError {
  const version = apiVersion.split('/').at(-1) ?? '';
  const list = problems.map(({ message }) => message).join(', ');
  return badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${list}`,
  );
}

function untyped({ kind, apiVersion, metadata }: ApiObject, problems: readonly SchemaProblem[]): StatusError {
  const [{ is, field, message } = { is: '', field: '', message: '' }] = problems;
  const reason = is === 'unknown' ? 'field not declared in schema' : message;
  return new StatusError(500, '', {
    message: `failed to create typed patch object (${metadata.namespace}/${metadata.name}; ${apiVersion}, Kind=${kind}): .${field}: ${reason}`,
  });
}

function refuseImmutable({ resource }: Target, live: ApiObject, next: ApiObject): void {
  const message = immutableChange(live, next);
  if (message !== undefined)
    throw invalid(resource.kind, subjectOf(resource, live.metadata.name), [
      { reason: 'FieldValueForbidden', field: 'spec', message },
    ]);
}

/** Secrets keep their texts as base64; services get an address. */
function withDefaults(object: ApiObject): ApiObject {
  if (object.kind === 'Service')
    return { ...object, spec: { ...object.spec, clusterIP: '10.96.0.10', sessionAffinity: 'None' } };
  const { stringData, ...rest } = object;
  if (object.kind !== resources.secrets.kind || !isFields(stringData)) return object;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return { ...rest, metadata: object.metadata, data: Object.fromEntries(encoded) };
}

function merge(target: Fields, patch: Fields): Fields {
  for (const [key, value] of Object.entries(patch)) {
    const inner = target[key];
    if (value === null) delete target[key];
    else if (isFields(value)) target[key] = merge(isFields(inner) ? inner : {}, value);
    else target[key] = value;
  }
  return target;
}
