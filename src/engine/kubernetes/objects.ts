import { type KubernetesObject, PatchStrategy } from '@kubernetes/client-node';
import { OrqError } from '../../model/errors.ts';
import { type Client, request } from './client.ts';
import type { Kind } from './kinds.ts';

/** Name under which orq owns fields of objects. */
const fieldManager = 'orq';

/** How an object is found. */
export interface Named {
  readonly kind: Kind;
  readonly name: string;
}

type Header = ReturnType<typeof header>;

const header = ({ namespace }: Client, { kind, name }: Named) => ({
  apiVersion: kind.apiVersion,
  kind: kind.kind,
  metadata: { name, namespace },
});

/** The body of an object with its kind, name and namespace. */
function placed<Type extends KubernetesObject>(client: Client, named: Named, body: Type): Type & Header {
  const own = header(client, named);
  return { ...body, ...own, metadata: { ...body.metadata, ...own.metadata } };
}

/** Undefined when there is none. */
export async function readObject<Type extends KubernetesObject>(
  client: Client,
  named: Named,
  signal?: AbortSignal,
): Promise<Type | undefined> {
  const asked = { verb: 'get', ...named.kind.asked, name: named.name, signal } as const;
  return unlessMissing(
    request(client, asked, ({ objects }) => objects.read<Type>({ ...header(client, named) })),
  );
}

/** Objects of a kind with some labels. */
export interface Selection {
  readonly kind: Kind;
  /** E.g. `a=b,c`. */
  readonly labels: string;
}

/** All objects of a selection, and the version of the list, from which a watch goes on. */
export async function listObjects<Type extends KubernetesObject>(
  client: Client,
  { kind, labels }: Selection,
  signal?: AbortSignal,
): Promise<{ readonly items: readonly Type[]; readonly version: string }> {
  const asked = { verb: 'list', ...kind.asked, signal } as const;
  const found: Type[] = [];
  let next: string | undefined;
  let version = '';
  do {
    const page = await request(client, asked, ({ objects, namespace }) =>
      objects.list<Type>(
        kind.apiVersion,
        kind.kind,
        namespace,
        undefined,
        undefined,
        undefined,
        undefined,
        labels,
        pageSize,
        next,
      ),
    );
    found.push(...page.items);
    next = page.metadata?._continue || undefined;
    version = page.metadata?.resourceVersion ?? '';
  } while (next !== undefined);
  return { items: found, version };
}

const pageSize = 500;

/** Makes an object; false when one of its name is there. */
export async function createObject(
  client: Client,
  named: Named,
  body: KubernetesObject,
  signal?: AbortSignal,
): Promise<boolean> {
  const asked = { verb: 'create', ...named.kind.asked, name: named.name, signal } as const;
  try {
    await request(client, asked, ({ objects }) =>
      objects.create(placed(client, named, body), undefined, undefined, fieldManager),
    );
    return true;
  } catch (error) {
    if (error instanceof OrqError && error.code === 'CONFLICT') return false;
    throw error;
  }
}

/** Asks whether an object would be admitted, and makes none. Throws what making it would. */
export async function tryObject(
  client: Client,
  named: Named,
  body: KubernetesObject,
  signal?: AbortSignal,
): Promise<void> {
  const asked = { verb: 'create', ...named.kind.asked, name: named.name, signal } as const;
  await request(client, asked, ({ objects }) =>
    objects.create(placed(client, named, body), undefined, 'All', fieldManager),
  );
}

/** Server-side apply, never by force. Throws CONFLICT, which names the fields that others manage. */
export async function applyObject<Type extends KubernetesObject>(
  client: Client,
  named: Named,
  body: Type,
  signal?: AbortSignal,
): Promise<Type> {
  const asked = { verb: 'patch', also: 'create', ...named.kind.asked, name: named.name, signal } as const;
  return request(client, asked, ({ objects }) =>
    objects.patch(
      placed(client, named, body),
      undefined,
      undefined,
      fieldManager,
      false,
      PatchStrategy.ServerSideApply,
    ),
  );
}

/** What is to change of an object's metadata; null takes an annotation away. */
interface MetadataChange {
  readonly annotations: Readonly<Record<string, string | null>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** The only version of the object that is to be changed. */
  readonly resourceVersion?: string;
}

/** Changes annotations and labels of an object. Throws CONFLICT when it is not of the version that is meant. */
export async function annotate(
  client: Client,
  named: Named,
  change: MetadataChange,
  signal?: AbortSignal,
): Promise<void> {
  const asked = { verb: 'patch', ...named.kind.asked, name: named.name, signal } as const;
  const metadata = { ...header(client, named).metadata, ...change };
  await request(client, asked, ({ objects }) =>
    objects.patch(
      // The client's types know of no null, by which a merge takes a field away.
      { ...header(client, named), ...asJson({ metadata }) },
      undefined,
      undefined,
      fieldManager,
      undefined,
      PatchStrategy.MergePatch,
    ),
  );
}

/** Changes texts of a Secret, each by its key. */
export async function patchData(
  client: Client,
  named: Named,
  texts: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<void> {
  const asked = { verb: 'patch', ...named.kind.asked, name: named.name, signal } as const;
  const encoded = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  await request(client, asked, ({ objects }) =>
    objects.patch(
      { ...header(client, named), ...asJson({ data: Object.fromEntries(encoded) }) },
      undefined,
      undefined,
      fieldManager,
      undefined,
      PatchStrategy.MergePatch,
    ),
  );
}

function asJson(value: object): KubernetesObject {
  return JSON.parse(JSON.stringify(value));
}

/** Deletes the very object that was read, not one that was made in its place. Gone is as good. */
export async function deleteObject(
  client: Client,
  named: Named,
  object: KubernetesObject,
  signal?: AbortSignal,
): Promise<void> {
  const uid = object.metadata?.uid;
  await sendDelete(client, named, { body: uid === undefined ? {} : { preconditions: { uid } }, signal });
}

/** Asks whether an object may be deleted, and deletes none. Throws what deleting it would. */
export function tryDelete(client: Client, named: Named, signal?: AbortSignal): Promise<void> {
  return sendDelete(client, named, { dryRun: 'All', signal });
}

async function sendDelete(
  client: Client,
  named: Named,
  {
    body,
    dryRun,
    signal,
  }: { readonly body?: object; readonly dryRun?: 'All'; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const asked = { verb: 'delete', ...named.kind.asked, name: named.name, signal } as const;
  await unlessMissing(
    request(client, asked, ({ objects }) =>
      objects.delete(header(client, named), undefined, dryRun, undefined, undefined, 'Background', body),
    ),
  );
}

async function unlessMissing<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof OrqError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
