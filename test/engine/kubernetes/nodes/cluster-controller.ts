import { resources } from '../api/admission.ts';
import { createObject } from '../api/writes.ts';
import { type ApiObject, copy } from '../api/objects.ts';
import { clusters } from '../api/resources.ts';
import type { Store } from '../api/store.ts';
import { makePod } from './stateful-set-controller.ts';

interface ClusterSpec {
  readonly imageName: string;
  readonly inheritedMetadata?: { readonly labels?: Record<string, string> };
  readonly bootstrap: {
    readonly initdb: {
      readonly database: string;
      readonly owner: string;
      readonly secret: { readonly name: string };
    };
  };
  readonly storage: { readonly size: string; readonly storageClass?: string };
  readonly resources?: object;
}

/** What CloudNativePG's operator makes of a Cluster with one instance: a claim and a Pod, the primary. */
export function runClusters(store: Store): () => void {
  return store.watch('0', ({ resource, object, type }) => {
    if (resource === clusters && type === 'ADDED') reconcile(store, object);
  });
}

function reconcile(store: Store, cluster: ApiObject): void {
  const { name: clusterName, namespace = '', uid = '' } = cluster.metadata;
  const spec: ClusterSpec = copy(cluster.spec);
  const name = `${clusterName}-1`;
  const labels = {
    ...spec.inheritedMetadata?.labels,
    'cnpg.io/cluster': clusterName,
    'cnpg.io/instanceRole': 'primary',
  };
  const ownerReferences = [{ apiVersion: cluster.apiVersion, kind: 'Cluster', name: clusterName, uid }];
  const metadata = { name, namespace, labels, ownerReferences };
  const { size, storageClass } = spec.storage;
  const claim = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: size } },
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
  };
  createObject(
    { store, resource: resources.claims, namespace },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: claim },
    { manager: 'cloudnative-pg', operation: 'Update' },
  );
  makePod(store, cluster, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      ...security,
      containers: [container(spec)],
      volumes: [{ name: 'pgdata', persistentVolumeClaim: { claimName: name } }],
    },
    status: { phase: 'Pending' },
  });
}

const security = {
  securityContext: { runAsNonRoot: true, runAsUser: 26, seccompProfile: { type: 'RuntimeDefault' } },
};

function container({ imageName, bootstrap: { initdb }, resources: wanted = {} }: ClusterSpec): object {
  const from = (name: string, key: string): object => ({
    name,
    valueFrom: { secretKeyRef: { name: initdb.secret.name, key } },
  });
  return {
    name: 'postgres',
    image: imageName,
    env: [
      from('POSTGRES_USER', 'username'),
      from('POSTGRES_PASSWORD', 'password'),
      { name: 'POSTGRES_DB', value: initdb.database },
    ],
    resources: wanted,
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
}
