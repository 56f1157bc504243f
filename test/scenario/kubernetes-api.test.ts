import { request, type RequestOptions } from 'node:https';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type KubernetesBox, type KubernetesCluster, openCluster } from './kubernetes-box.ts';

// What a real API server (Kubernetes 1.36) answers. The one of the tests has to answer the same: these run on both.

let cluster: KubernetesCluster;
let box: KubernetesBox;

beforeAll(async () => {
  cluster = await openCluster();
  box = await cluster.openBox();
});
afterAll(async () => {
  await box.close();
  await cluster.close();
});

const status = z.object({
  reason: z.string().optional(),
  details: z
    .object({
      kind: z.string().optional(),
      causes: z.array(z.object({ reason: z.string(), field: z.string() })).optional(),
    })
    .optional(),
});

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly type?: string;
  readonly token?: string;
}

/** The number of an answer, with the reason, kind and causes of a refusal. */
async function call({ method, path, body, type = 'application/json', token }: Call): Promise<string> {
  const options: RequestOptions = {};
  await cluster.config.applyToHTTPSOptions(options);
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { ...options.headers, 'content-type': type, 'content-length': Buffer.byteLength(text) };
  // A certificate of the kubeconfig would speak for the caller in place of the token.
  const asked = token === undefined ? {} : { agent: undefined, cert: undefined, key: undefined };
  const allowed = token === undefined ? headers : { ...headers, Authorization: `Bearer ${token}` };
  const url = `${cluster.config.getCurrentCluster()?.server}${path}`;
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, ...asked, method, headers: allowed }, (response) => {
      json(response).then((answer) => resolve(words(response.statusCode ?? 0, answer)), reject);
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

function words(code: number, answer: unknown): string {
  if (code < 300) return String(code);
  const { reason, details } = status.parse(answer);
  const causes = details?.causes?.map((cause) => `${cause.reason} ${cause.field}`) ?? [];
  return [code, reason, details?.kind, ...causes].filter(Boolean).join(' ');
}

const apply = 'application/apply-patch+yaml';
const merge = 'application/merge-patch+json';

const setUrl = (): string => `/apis/apps/v1/namespaces/${box.namespace}/statefulsets`;
const coreUrl = (): string => `/api/v1/namespaces/${box.namespace}`;

function set(changes: object = {}): object {
  const labels = { a: 'b' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const spec = { replicas: 0, serviceName: 'a', selector: { matchLabels: labels }, template, ...changes };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'a', namespace: box.namespace },
    spec,
  };
}

describe('an API server', () => {
  test('refuses objects that are not as the schemas say', async () => {
    const secrets = `${coreUrl()}/secrets`;
    const strict = `${setUrl()}?fieldValidation=Strict`;
    const cases: readonly (readonly [Call, string])[] = [
      [
        { method: 'POST', path: secrets, body: { metadata: { name: 'A_b' } } },
        '422 Invalid Secret FieldValueInvalid metadata.name',
      ],
      [
        { method: 'POST', path: secrets, body: { metadata: { name: 'a', labels: { x: '10:00' } } } },
        '422 Invalid Secret FieldValueInvalid metadata.labels',
      ],
      [{ method: 'POST', path: setUrl(), body: set({ replicas: 'many' }) }, '400 BadRequest'],
      [{ method: 'POST', path: strict, body: set({ foo: 1 }) }, '400 BadRequest'],
      [
        { method: 'PATCH', path: `${setUrl()}/x?fieldManager=orq`, body: set({ foo: 1 }), type: apply },
        '500',
      ],
      [
        { method: 'PATCH', path: `${setUrl()}/a`, body: set(), type: apply },
        '422 Invalid PatchOptions FieldValueRequired fieldManager',
      ],
      [
        { method: 'POST', path: '/api/v1/namespaces/orq-nowhere/secrets', body: { metadata: { name: 'a' } } },
        '404 NotFound namespaces',
      ],
      [{ method: 'GET', path: `${secrets}/none` }, '404 NotFound secrets'],
      [{ method: 'GET', path: secrets, token: 'nobody' }, '401 Unauthorized'],
    ];
    for (const [asked, answer] of cases) expect(await call(asked), JSON.stringify(asked)).toBe(answer);
  });

  test('keeps who manages which field', async () => {
    const path = `${setUrl()}/a?fieldManager=orq`;
    const edited = {
      spec: { replicas: 2, template: { spec: { containers: [{ name: 'c', image: 'other' }] } } },
    };
    expect(await call({ method: 'PATCH', path, body: set(), type: apply })).toBe('201');
    expect(await call({ method: 'PATCH', path, body: set(), type: apply })).toBe('200');
    expect(await call({ method: 'POST', path: setUrl(), body: set() })).toBe(
      '409 AlreadyExists statefulsets',
    );
    expect(
      await call({ method: 'PATCH', path: `${setUrl()}/a?fieldManager=hand`, body: edited, type: merge }),
    ).toBe('200');
    expect(await call({ method: 'PATCH', path, body: set(), type: apply })).toBe(
      '409 Conflict FieldManagerConflict .spec.replicas FieldManagerConflict .spec.template.spec.containers[name="c"].image',
    );
    expect(await call({ method: 'PATCH', path: `${path}&force=true`, body: set(), type: apply })).toBe('200');
    expect(await call({ method: 'PATCH', path, body: set({ serviceName: 'b' }), type: apply })).toBe(
      '422 Invalid StatefulSet FieldValueForbidden spec',
    );
    const old = { metadata: { resourceVersion: '1' }, spec: { replicas: 5 } };
    expect(await call({ method: 'PATCH', path, body: old, type: merge })).toBe('409 Conflict statefulsets');
    const other = { preconditions: { uid: 'other' } };
    expect(await call({ method: 'DELETE', path: `${setUrl()}/a`, body: other })).toBe(
      '409 Conflict StatefulSet',
    );
    expect(await call({ method: 'DELETE', path: `${setUrl()}/a` })).toBe('200');
    expect(await call({ method: 'DELETE', path: `${setUrl()}/a` })).toBe('404 NotFound statefulsets');
  });

  test('admits no Pod that is not restricted, and no other access to a claim', async () => {
    const pod = { metadata: { name: 'x' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    expect(await call({ method: 'POST', path: `${coreUrl()}/pods`, body: pod })).toBe('403 Forbidden pods');
    const claims = `${coreUrl()}/persistentvolumeclaims`;
    const resources = { requests: { storage: '1Gi' } };
    const claim = { metadata: { name: 'p' }, spec: { accessModes: ['ReadWriteOnce'], resources } };
    expect(await call({ method: 'POST', path: claims, body: claim })).toBe('201');
    const changed = { spec: { accessModes: ['ReadOnlyMany'] } };
    expect(await call({ method: 'PATCH', path: `${claims}/p`, body: changed, type: merge })).toBe(
      '422 Invalid PersistentVolumeClaim FieldValueForbidden spec',
    );
  });
});
