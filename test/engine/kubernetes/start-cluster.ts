import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resources } from './api/admission.ts';
import { type ApiServer, startApiServer } from './api/api-server.ts';
import type { User } from './api/authorization.ts';
import { makeCertificate } from './api/certificate.ts';
import { collectGarbage } from './api/deletes.ts';
import { builtIn, clusters } from './api/resources.ts';
import { Store } from './api/store.ts';
import { runClusters } from './nodes/cluster-controller.ts';
import { Node } from './nodes/node.ts';
import { runStatefulSets } from './nodes/stateful-set-controller.ts';
import { runVolumes } from './nodes/volumes.ts';

/** A cluster of one node whose API server checks what the real one checks. */
export interface TestCluster {
  readonly url: string;
  readonly folder: string;
  readonly store: Store;
  readonly requests: readonly string[];
  readonly certificateFile: string;
  addNamespace(name: string, labels?: Record<string, string>): void;
  addUser(token: string, user: User): void;
  /** Path of a new kubeconfig for a token. */
  kubeconfig(token: string, namespace: string): Promise<string>;
  /** Stops the API server alone, until the result is called. */
  readonly goAway: ApiServer['goAway'];
  close(): Promise<void>;
}

export const adminToken = 'admin-token';

/** Starts a cluster; with CloudNativePG when asked. */
export async function startCluster({
  operator = false,
}: { readonly operator?: boolean } = {}): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'orq-cluster-'));
  await chmod(folder, 0o755);
  const store = new Store();
  const node = new Node(store, folder);
  const users = new Map<string, User>([
    [adminToken, { name: 'admin', rules: [{ verbs: ['*'], resources: ['*'] }] }],
  ]);
  const known = operator ? [...builtIn, clusters] : builtIn;
  const certificate = await makeCertificate(folder);
  const definition = new URL('./fixtures/cnpg-cluster-spec.json', import.meta.url);
  const server = await startApiServer({
    store,
    certificate,
    users,
    resources: known,
    streams: node,
    logOf: (namespace, pod, query) => node.logOf(namespace, pod, query),
    clusterSchema: JSON.parse(await readFile(definition, 'utf8')),
  });
  const running = [
    collectGarbage(store, known),
    runVolumes(store),
    runStatefulSets(store),
    runClusters(store),
    node.run(),
  ];
  return {
    url: server.url,
    folder,
    store,
    requests: server.requests,
    goAway: server.goAway,
    certificateFile: join(folder, 'server.crt'),
    addNamespace: (name, labels = {}) =>
      void store.create(resources.namespaces, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels },
      }),
    addUser: (token, user) => void users.set(token, user),
    kubeconfig: (token, namespace) => writeKubeconfig({ folder, url: server.url, token, namespace }),
    close: async () => {
      server.close();
      for (const stop of running) stop();
      await node.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Kubeconfig {
  readonly folder: string;
  readonly url: string;
  readonly token: string;
  readonly namespace: string;
}

async function writeKubeconfig({ folder, url, token, namespace }: Kubeconfig): Promise<string> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [
      { name: 'test', cluster: { server: url, 'certificate-authority': join(folder, 'server.crt') } },
    ],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace } }],
  };
  const file = join(folder, 'configs', `${token}.${namespace}.json`);
  await mkdir(join(folder, 'configs'), { recursive: true });
  await writeFile(file, JSON.stringify(config));
  return file;
}
