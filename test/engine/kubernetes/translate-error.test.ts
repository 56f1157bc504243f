import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../../../src/engine/kubernetes/client.ts';
import { RefusedError } from '../../../src/engine/kubernetes/status.ts';
import { translateError } from '../../../src/engine/kubernetes/translate-error.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orq-kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a node that does not answer the API server is named as that', async () => {
  const file = join(folder, 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: 'https://127.0.0.1:6443' } }],
    users: [{ name: 'test', user: { token: 'token' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'shops' } }],
  };
  await writeFile(file, JSON.stringify(config));
  const client = await openClient({ environment: { KUBECONFIG: file }, cwd: folder });
  // As Kubernetes 1.36 answers while the kubelet is down.
  const message = 'error dialing backend: dial tcp 10.0.0.7:10250: connect: connection refused';
  const refused = new RefusedError(500, { kind: 'Status', reason: '', message });
  const asked = { verb: 'get', resource: 'pods/exec', name: 'sovrabase-db-shop-0' } as const;
  expect(await translateError(client, refused, asked)).toMatchObject({
    code: 'ENGINE_FAILED',
    message: expect.stringContaining('The node of the Pod does not answer the API server'),
    detail: message,
    hint: 'kubectl get nodes',
  });
});
