import type { V1ObjectMeta, V1Pod, V1Secret } from '@kubernetes/client-node';
import { databaseLabels, databasesProject } from '../../model/database.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import { composeLabels } from '../../model/labels.ts';
import type { ContainerDetails, ContainerState, ObservedContainer } from '../../model/observed.ts';
import type { ContainerFilter } from '../engine.ts';
import type { Client } from './client.ts';
import { clusterNameOf } from './cluster-name.ts';
import { kinds } from './kinds.ts';
import { listObjects, readObject, type Selection } from './objects.ts';
import { isReady, podsOf, serverStatus, servingPod } from './pods.ts';
import { databaseProject, isOfReplica, memberNameOf, withoutSource } from './replica-names.ts';
import { claimOf } from './upgrade-record.ts';

const all: Selection['labels'] = `${databaseLabels.managed}=true,${databaseLabels.projectId}`;

/** Databases of the namespace as containers. Throws NOT_FOUND for a namespace that is not there. */
export async function observeAll(
  client: Client,
  { labels = {} }: ContainerFilter,
  signal?: AbortSignal,
): Promise<ObservedContainer[]> {
  const [secrets, pods] = await Promise.all([
    listObjects<V1Secret>(client, { kind: kinds.secret, labels: all }, signal),
    listObjects<V1Pod>(client, { kind: kinds.pod, labels: all }, signal),
  ]);
  if (secrets.items.length === 0) await requireNamespace(client, signal);
  const here = secrets.items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const others = pods.items.filter(({ metadata }) => !isOfReplica(metadata));
  return here
    .map((secret) => observed(secret, ofDatabase(pods.items, secret)))
    .concat(others.flatMap(observedBeside))
    .filter((container) =>
      Object.entries(labels).every(([name, value]) =>
        value === null ? name in container.labels : container.labels[name] === value,
      ),
    );
}

function ofDatabase(pods: readonly V1Pod[], { metadata }: V1Secret): readonly V1Pod[] {
  return pods.filter((pod) => pod.metadata?.labels?.['app.kubernetes.io/instance'] === metadata?.name);
}

/** One database with what only its Secret tells. Throws NOT_FOUND. */
export async function observeOne(
  client: Client,
  name: string,
  signal?: AbortSignal,
): Promise<ContainerDetails> {
  const [secret, pods] = await Promise.all([
    readObject<V1Secret>(client, { kind: kinds.secret, name }, signal),
    listObjects<V1Pod>(client, podsOf(name), signal),
  ]);
  if (secret === undefined) {
    const [beside] = pods.items.flatMap(observedBeside);
    if (beside !== undefined) return { ...beside, ...detailsOf(pods.items) };
  }
  if (secret === undefined || !isOurs(secret.metadata))
    throw new OrqError({
      code: 'NOT_FOUND',
      message: `There is no database ${name} in the namespace ${client.namespace}.`,
      hint: 'orq db list',
    });
  return {
    ...observed(secret, pods.items),
    ...detailsOf(pods.items),
    environment: environmentOf(secret),
  };
}

/** What the node tells of a server. */
function detailsOf(pods: readonly V1Pod[]): Omit<ContainerDetails, keyof ObservedContainer> {
  const status = serverStatus(servingPod(pods));
  return {
    environment: {},
    command: [],
    oomKilled: status?.lastState?.terminated?.reason === 'OOMKilled',
    restartCount: status?.restartCount ?? 0,
    tty: false,
    healthLog: [],
    ...defined({ startedAt: status?.state?.running?.startedAt }),
  };
}

/** True for objects that carry the labels of orq: nothing else is ever changed or removed. */
export function isOurs(metadata: V1ObjectMeta | undefined): boolean {
  return metadata?.labels?.[databaseLabels.managed] === 'true';
}

function observed({ metadata }: Pick<V1Secret, 'metadata'>, pods: readonly V1Pod[]): ObservedContainer {
  const { name = '', labels = {}, annotations = {}, creationTimestamp } = metadata ?? {};
  const pod = servingPod(pods);
  const id = labels[databaseLabels.projectId] ?? '';
  const createdAt = annotations[databaseLabels.createdAt];
  return {
    id: name,
    name,
    state: stateOf(pod),
    health: isReady(pod) ? 'healthy' : 'starting',
    image: pod?.spec?.containers[0]?.image ?? '',
    imageId: '',
    labels: {
      ...labels,
      [databaseLabels.projectId]: databaseProject(id),
      ...(createdAt === undefined ? {} : { [databaseLabels.createdAt]: createdAt }),
      [databaseLabels.port]: '5432',
      [composeLabels.project]: databasesProject,
      // The server with the data from before stands in for that of the project.
      [composeLabels.service]: memberNameOf(withoutSource(id)),
    },
    ports: [{ target: 5432, protocol: 'tcp' }],
    networks: {},
    networkIds: {},
    mounts: [
      {
        kind: 'volume',
        source: dataOf(metadata ?? {}),
        target: '/var/lib/postgresql/data',
      },
    ],
    createdAt: creationTimestamp ?? new Date(0),
  };
}

/** The claim of a StatefulSet, the Cluster of CloudNativePG. */
function dataOf(metadata: V1ObjectMeta): string {
  const claim = claimOf(metadata);
  const isOperated = metadata.labels?.[databaseLabels.operator] === 'cnpg';
  return isOperated ? clusterNameOf(metadata.name ?? '', claim) : claim;
}

/** A server beside, while an upgrade moves data: its Pod is all that tells of it. */
function observedBeside(pod: V1Pod): readonly ObservedContainer[] {
  const { labels = {}, creationTimestamp } = pod.metadata ?? {};
  const { 'app.kubernetes.io/instance': name, [databaseLabels.besides]: database } = labels;
  if (name === undefined || !database) return [];
  return [observed({ metadata: { name, labels, ...defined({ creationTimestamp }) } }, [pod])];
}

function stateOf(pod: V1Pod | undefined): ContainerState {
  const { running, terminated } = serverStatus(pod)?.state ?? {};
  if (running !== undefined) return 'running';
  if (terminated !== undefined) return 'exited';
  return pod === undefined ? 'exited' : 'created';
}

function environmentOf({ data = {} }: V1Secret): Readonly<Record<string, string>> {
  const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
  return {
    POSTGRES_USER: text('username'),
    POSTGRES_PASSWORD: text('password'),
    POSTGRES_DB: text('database'),
  };
}

/** A list in a namespace that is not there is empty, not an error. Who may not ask goes on. */
async function requireNamespace(client: Client, signal?: AbortSignal): Promise<void> {
  const { namespace } = client;
  const named = { kind: kinds.namespace, name: namespace };
  const found = await readObject(client, named, signal).catch((error: unknown) => {
    if (error instanceof OrqError && error.code === 'ENGINE_PERMISSION') return {};
    throw error;
  });
  if (found !== undefined) return;
  throw new OrqError({
    code: 'NOT_FOUND',
    message: `The namespace ${namespace} is not there.`,
    hint: `kubectl create namespace ${namespace}`,
  });
}
