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

/**
 * What CloudNativePG's operator makes of a Cluster: a claim and a Pod for each instance, the first one the primary, and
 * a Service that leads there. One that sleeps has no Pods.
 */
export function runClusters(store: Store): () => void {
  return store.watch('0', ({ resource, object, type }) => {
    if (resource === clusters && type !== 'DELETED') reconcile(store, object);
    if (resource !== resources.pods || type !== 'DELETED') return;
    const owner = object.metadata.ownerReferences?.find(({ kind }) => kind === 'Cluster');
    const cluster = store.find(clusters, object.metadata.namespace ?? '', owner?.name ?? '');
    if (cluster !== undefined) reconcile(store, cluster);
  });
}

function reconcile(store: Store, cluster: ApiObject): void {
  const { name, namespace = '', annotations = {} } = cluster.metadata;
  const { instances }: ClusterSpec = copy(cluster.spec);
  const isAsleep = annotations['cnpg.io/hibernation'] === 'on';
  leadToPrimary(store, cluster);
  for (const number of [1, 2]) {
    const instance = `${name}-${number}`;
    const pod = store.find(resources.pods, namespace, instance);
    const isWanted = number <= instances;
    if (pod === undefined && isWanted && !isAsleep) makeInstance(store, cluster, number);
    passOnLabels(store, cluster, instance);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || (isWanted && !isAsleep))
      continue;
    for (const resource of isWanted ? [resources.pods] : [resources.pods, resources.claims])
      deleteObject({ store, resource, namespace }, instance);
  }
}

/** Labels that the Cluster gives reach what is there already; none is taken away. */
function passOnLabels(store: Store, cluster: ApiObject, instance: string): void {
  const { namespace = '' } = cluster.metadata;
  const { inheritedMetadata }: ClusterSpec = copy(cluster.spec);
  for (const resource of [resources.pods, resources.claims]) {
    const found = store.find(resource, namespace, instance);
    if (found === undefined) continue;
    const labels = { ...found.metadata.labels, ...inheritedMetadata?.labels };
    store.update(resource, { ...found, metadata: { ...found.metadata, labels } });
  }
}

function leadToPrimary(store: Store, { apiVersion, metadata }: ApiObject): void {
  const { name, namespace = '', uid = '' } = metadata;
  if (store.find(resources.services, namespace, `${name}-rw`) !== undefined) return;
  store.create(resources.services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: `${name}-rw`,
      namespace,
      ownerReferences: [{ apiVersion, kind: 'Cluster', name, uid }],
    },
    spec: { selector: { 'cnpg.io/cluster': name, 'cnpg.io/instanceRole': 'primary' } },
  });
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
  if (store.find(resources.claims, namespace, name) === undefined)
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
      containers: [number === 1 ? container(spec) : follower(spec, { ...metadata, cluster: clusterName })],
      volumes: [{ name: 'pgdata', persistentVolumeClaim: { claimName: name } }],
    },
    status: { phase: 'Pending' },
  });
}

const follow = `set -e; set -- $PRIMARY "$@"; host=$1 port=$2; shift 3
[ -s "$PGDATA/PG_VERSION" ] || PGAPPNAME="$INSTANCE-join" pg_basebackup -h "$host" -p "$port" -U "$POSTGRES_USER" -D "$PGDATA" -X stream -c fast
touch "$PGDATA/standby.signal"; chmod 700 "$PGDATA"
conninfo="host=$host port=$port user=$POSTGRES_USER password=$PGPASSWORD application_name=$INSTANCE"
exec postgres -D "$PGDATA" -c "primary_conninfo=$conninfo" "$@"`;

/** An instance that copies the primary and follows it. */
function follower(
  spec: ClusterSpec,
  {
    name,
    namespace,
    cluster,
  }: { readonly name: string; readonly namespace: string; readonly cluster: string },
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
      { name: 'PRIMARY', value: `${cluster}-rw.${namespace}.svc 5432` },
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
