import { resources } from '../api/admission.ts';
import { deleteObject } from '../api/deletes.ts';
import { createObject } from '../api/writes.ts';
import { type ApiObject, copy } from '../api/objects.ts';
import { clusters } from '../api/resources.ts';
import type { Store } from '../api/store.ts';
import { makePod } from './stateful-set-controller.ts';

interface ClusterSpec {
  readonly instances: number;
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

/** What CloudNativePG's operator makes of a Cluster: a claim and a Pod for each instance, the first one the primary. */
export function runClusters(store: Store): () => void {
  return store.watch('0', ({ resource, object, type }) => {
    if (resource === clusters && type !== 'DELETED') reconcile(store, object);
  });
}

function reconcile(store: Store, cluster: ApiObject): void {
  const { name, namespace = '' } = cluster.metadata;
  const { instances }: ClusterSpec = copy(cluster.spec);
  for (const number of [1, 2]) {
    const instance = `${name}-${number}`;
    const pod = store.find(resources.pods, namespace, instance);
    if (pod === undefined && number <= instances) makeInstance(store, cluster, number);
    if (pod === undefined || number <= instances || pod.metadata.deletionTimestamp !== undefined) continue;
    for (const resource of [resources.pods, resources.claims])
      deleteObject({ store, resource, namespace }, instance);
  }
}

function makeInstance(store: Store, cluster: ApiObject, number: number): void {
  const { name: clusterName, namespace = '', uid = '' } = cluster.metadata;
  const spec: ClusterSpec = copy(cluster.spec);
  const name = `${clusterName}-${number}`;
  const labels = {
    ...spec.inheritedMetadata?.labels,
    'cnpg.io/cluster': clusterName,
    'cnpg.io/instanceRole': number === 1 ? 'primary' : 'replica',
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
      containers: [number === 1 ? container(spec) : follower(spec, metadata)],
      volumes: [{ name: 'pgdata', persistentVolumeClaim: { claimName: name } }],
    },
    status: { phase: 'Pending' },
  });
}

const follow = `set -e; set -- $PRIMARY "$@"; host=$1 port=$2; shift 3
pg_basebackup -h "$host" -p "$port" -U "$POSTGRES_USER" -D "$PGDATA" -X stream -c fast
touch "$PGDATA/standby.signal"; chmod 700 "$PGDATA"
conninfo="host=$host port=$port user=$POSTGRES_USER password=$PGPASSWORD application_name=$INSTANCE"
exec postgres -D "$PGDATA" -c "primary_conninfo=$conninfo" "$@"`;

/** An instance that copies the primary and follows it. */
function follower(
  spec: ClusterSpec,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): object {
  const primary = container(spec);
  const { secret } = spec.bootstrap.initdb;
  return {
    ...primary,
    command: ['/bin/sh', '-c', follow, 'cnpg'],
    env: [
      ...primary.env,
      { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: secret.name, key: 'password' } } },
      { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
      { name: 'INSTANCE', value: name },
      { name: 'PRIMARY', value: `${secret.name}.${namespace}.svc 5432` },
    ],
  };
}

const security = {
  securityContext: { runAsNonRoot: true, runAsUser: 26, seccompProfile: { type: 'RuntimeDefault' } },
};

function container({ imageName, bootstrap: { initdb }, resources: wanted = {} }: ClusterSpec) {
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
