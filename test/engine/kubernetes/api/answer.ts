import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { accessTo, isAllowed, requireAccess, type User } from './authorization.ts';
import type { Structural } from './definition-check.ts';
import { deleteObject } from './deletes.ts';
import { type ApiObject, copy, type Fields } from './objects.ts';
import { type RequestPath, parsePath } from './request-path.ts';
import { apiVersionOf, clusters, discovery, type Resource } from './resources.ts';
import { fits } from './selector.ts';
import { badRequest, notFound, StatusError } from './status-error.ts';
import type { Store, WatchEvent } from './store.ts';
import { applyObject, createObject, mergeObject, type Target } from './writes.ts';

/** What answers are made from. */
export interface Serving {
  readonly store: Store;
  readonly resources: readonly Resource[];
  /** Of CloudNativePG's Cluster. */
  readonly clusterSchema: Structural;
  /** Log of a Pod's container. */
  readonly logOf: (namespace: string, pod: string, query: URLSearchParams) => string;
}

/** Answers one request of a user. Throws StatusError. */
export async function answer(
  serving: Serving,
  user: User,
  [request, response]: readonly [IncomingMessage, ServerResponse],
): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://server');
  const found = discovered(serving, url.pathname);
  if (found !== undefined) return send(response, found);
  const body = request.method === 'GET' ? '' : await text(request);
  if (url.pathname.endsWith('/selfsubjectaccessreviews'))
    return send(response, review(user, JSON.parse(body)), 201);
  const path = parsePath(url.pathname, serving.resources);
  if (path === undefined) return sendText(response, '404 page not found\n', 404);
  const query = url.searchParams;
  const access = accessOf(request, path, query);
  requireAccess(user, access);
  if (isMaking(serving, path, request)) requireAccess(user, { ...access, verb: 'create' });
  if (path.part === 'log' && path.name !== undefined)
    return sendText(response, serving.logOf(path.namespace, path.name, query));
  if (request.method === 'GET') return read(serving, { path, query, response });
  const { object: written, code } = write(serving, path, { request, query, body });
  send(response, written, code);
}

/** An apply makes what is not there, for those who may create. */
function isMaking({ store }: Serving, { resource, namespace, name }: RequestPath, request: IncomingMessage) {
  return isApply(request) && store.find(resource, namespace, name ?? '') === undefined;
}

function isApply({ method, headers }: IncomingMessage): boolean {
  return method === 'PATCH' && headers['content-type']?.startsWith('application/apply-patch') === true;
}

function accessOf({ method }: IncomingMessage, path: RequestPath, query: URLSearchParams) {
  const { resource, namespace, name, part } = path;
  const reading = name === undefined ? (query.get('watch') === 'true' ? 'watch' : 'list') : 'get';
  const verbs: Readonly<Record<string, string>> = {
    POST: 'create',
    PATCH: 'patch',
    DELETE: 'delete',
    PUT: 'update',
  };
  const access = accessTo(verbs[method ?? ''] ?? reading, resource, namespace);
  return part === undefined ? access : { ...access, resource: `${resource.plural}/${part}` };
}

function discovered({ resources }: Serving, path: string): object | undefined {
  if (path === '/version')
    return { major: '1', minor: '34', gitVersion: 'v1.34.0-test', platform: 'linux/amd64' };
  if (path === '/apis/authorization.k8s.io/v1')
    return discovery(
      [
        {
          plural: 'selfsubjectaccessreviews',
          kind: 'SelfSubjectAccessReview',
          group: 'authorization.k8s.io',
          version: 'v1',
          namespaced: false,
        },
      ],
      'authorization.k8s.io/v1',
    );
  const version = /^\/apis?\/((?:[^/]+\/)?v1)$/.exec(path)?.[1];
  const served = resources.filter((resource) => apiVersionOf(resource) === version);
  return version === undefined || served.length === 0 ? undefined : discovery(served, version);
}

function review(
  user: User,
  asked: { readonly spec: { readonly resourceAttributes: Record<string, string> } },
): object {
  const { verb = '', resource = '', subresource, group = '', namespace = '' } = asked.spec.resourceAttributes;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  return {
    ...asked,
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    status: { allowed: isAllowed(user, { verb, resource: full, group, namespace }) },
  };
}

interface Reading {
  readonly path: RequestPath;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
}

function read({ store }: Serving, { path: { resource, namespace, name }, query, response }: Reading): void {
  if (name !== undefined) return send(response, store.get(resource, namespace, name));
  const selector = query.get('labelSelector') ?? '';
  const isWanted = ({ metadata }: ApiObject): boolean => fits(metadata.labels, selector);
  if (query.get('watch') === 'true')
    return follow(store, {
      resource,
      namespace,
      isWanted,
      response,
      since: query.get('resourceVersion') ?? '0',
    });
  const items = store.list(resource, namespace).filter(isWanted);
  const metadata = { resourceVersion: store.version };
  send(response, { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items });
}

interface Following {
  readonly resource: Resource;
  readonly namespace: string;
  readonly isWanted: (object: ApiObject) => boolean;
  readonly response: ServerResponse;
  readonly since: string;
}

function follow(store: Store, { resource, namespace, isWanted, response, since }: Following): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const tell = (event: WatchEvent): void => {
    if (event.resource !== resource || (event.object.metadata.namespace ?? '') !== namespace) return;
    if (isWanted(event.object))
      response.write(`${JSON.stringify({ type: event.type, object: event.object })}\n`);
  };
  response.once('close', store.watch(since, tell));
}

interface Writing {
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** What was written, and 201 where it is new. */
interface Written {
  readonly object: object;
  readonly code: 200 | 201;
}

function write(serving: Serving, path: RequestPath, { request, query, body }: Writing): Written {
  const { resource, namespace, name = '' } = path;
  const target: Target = {
    store: serving.store,
    resource,
    namespace,
    ...(resource === clusters ? { schema: serving.clusterSchema } : {}),
  };
  const agent = (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
  const manager = query.get('fieldManager') ?? agent;
  if (request.method === 'POST') {
    const author = { manager, operation: 'Update' } as const;
    return { object: createObject(target, object(body), author, query.has('dryRun')), code: 201 };
  }
  if (request.method === 'DELETE') {
    const { preconditions }: { preconditions?: { uid?: string } } = body === '' ? {} : JSON.parse(body);
    if (query.has('dryRun')) return { object: serving.store.get(resource, namespace, name), code: 200 };
    return { object: deleteObject(target, name, preconditions?.uid), code: 200 };
  }
  if (request.method !== 'PATCH')
    throw new StatusError(405, 'MethodNotAllowed', { message: `${request.method} is not served` });
  if (!isApply(request)) {
    const patch: Fields = JSON.parse(body);
    return {
      object: mergeObject(target, { name, body: patch }, { manager, operation: 'Update' }),
      code: 200,
    };
  }
  if (!query.has('fieldManager')) throw managerMissing();
  const isNew = serving.store.find(resource, namespace, name) === undefined;
  const force = query.get('force') === 'true';
  const applied = applyObject(target, object(body), { manager, operation: 'Apply', force });
  return { object: applied, code: isNew ? 201 : 200 };
}

function object(body: string): ApiObject {
  const parsed: ApiObject = copy(JSON.parse(body));
  if (typeof parsed.metadata?.name !== 'string') throw badRequest('the object has no name');
  return parsed;
}

function send(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function managerMissing(): StatusError {
  const message = 'Required value: is required for apply patch';
  const causes = [{ reason: 'FieldValueRequired', message, field: 'fieldManager' }];
  return new StatusError(422, 'Invalid', {
    message: `PatchOptions.meta.k8s.io "" is invalid: fieldManager: ${message}`,
    details: { kind: 'PatchOptions', causes },
  });
}

function sendText(response: ServerResponse, text: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
}

export function missingPod(name: string): StatusError {
  return notFound({ resource: 'pods', group: '', name });
}
