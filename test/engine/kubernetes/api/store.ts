import { randomUUID } from 'node:crypto';
import { type ApiObject, copy, same } from './objects.ts';
import { apiVersionOf, type Resource } from './resources.ts';
import { alreadyExists, changedMeanwhile, notFound, type Subject } from './status-error.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ApiObject;
  readonly resource: Resource;
}

type Listener = (event: WatchEvent) => void;

const keyOf = (resource: Resource, namespace: string, name: string): string =>
  [resource.group, resource.plural, namespace, name].join('/');

export function subjectOf({ plural: resource, group }: Resource, name: string): Subject {
  return { resource, group, name };
}

/** The objects, each change with a version of its own, and those who watch. */
export class Store {
  readonly #objects = new Map<string, { readonly resource: Resource; object: ApiObject }>();
  readonly #events: WatchEvent[] = [];
  readonly #listeners = new Set<Listener>();
  #version = 1;

  get version(): string {
    return String(this.#version);
  }

  find(resource: Resource, namespace: string, name: string): ApiObject | undefined {
    const found = this.#objects.get(keyOf(resource, namespace, name));
    return found === undefined ? undefined : copy(found.object);
  }

  get(resource: Resource, namespace: string, name: string): ApiObject {
    const found = this.find(resource, namespace, name);
    if (found === undefined) throw notFound(subjectOf(resource, name));
    return found;
  }

  list(resource: Resource, namespace: string): readonly ApiObject[] {
    return [...this.#objects.values()]
      .filter((each) => each.resource === resource && (each.object.metadata.namespace ?? '') === namespace)
      .map(({ object }) => copy(object));
  }

  create(resource: Resource, object: ApiObject): ApiObject {
    const { name, namespace = '' } = object.metadata;
    const key = keyOf(resource, namespace, name);
    if (this.#objects.has(key)) throw alreadyExists(subjectOf(resource, name));
    const made: ApiObject = {
      ...copy<ApiObject>(object),
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: {
        ...object.metadata,
        uid: randomUUID(),
        creationTimestamp: new Date().toISOString().replace(/\.\d+/, ''),
        resourceVersion: this.#next(),
        generation: 1,
      },
    };
    this.#objects.set(key, { resource, object: made });
    this.#tell({ type: 'ADDED', object: copy(made), resource });
    return copy(made);
  }

  /** Throws a conflict when the object has another version than the one that was read; nothing happens without a change. */
  update(resource: Resource, object: ApiObject): ApiObject {
    const { name, namespace = '', resourceVersion } = object.metadata;
    const entry = this.#objects.get(keyOf(resource, namespace, name));
    if (entry === undefined) throw notFound(subjectOf(resource, name));
    const { metadata } = entry.object;
    if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
      throw changedMeanwhile(subjectOf(resource, name));
    if (same(timeless(object), timeless(entry.object))) return copy(entry.object);
    const { uid = '', creationTimestamp = '', generation = 1 } = metadata;
    const isNew = !same(object.spec, entry.object.spec);
    const own = { uid, creationTimestamp, generation: isNew ? generation + 1 : generation };
    entry.object = copy({
      ...object,
      metadata: { ...object.metadata, ...own, resourceVersion: this.#next() },
    });
    this.#tell({ type: 'MODIFIED', object: copy(entry.object), resource });
    return copy(entry.object);
  }

  remove(resource: Resource, namespace: string, name: string): ApiObject {
    const key = keyOf(resource, namespace, name);
    const entry = this.#objects.get(key);
    if (entry === undefined) throw notFound(subjectOf(resource, name));
    this.#objects.delete(key);
    entry.object.metadata.resourceVersion = this.#next();
    this.#tell({ type: 'DELETED', object: copy(entry.object), resource });
    return copy(entry.object);
  }

  /** Tells what happens from a version on; the result ends that. */
  watch(since: string, listener: Listener): () => void {
    for (const event of this.#events)
      if (Number(event.object.metadata.resourceVersion) > Number(since)) listener(event);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #next(): string {
    this.#version += 1;
    return String(this.#version);
  }

  #tell(event: WatchEvent): void {
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}

/** An object without what every write would change. */
function timeless(object: ApiObject): unknown {
  const {
    resourceVersion: _version,
    generation: _generation,
    managedFields = [],
    ...metadata
  } = object.metadata;
  const managers = managedFields.map(({ time: _time, ...entry }) => entry);
  return { ...object, metadata: { ...metadata, managers } };
}
