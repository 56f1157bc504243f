import type { V1ObjectMeta, V1Pod, V1Secret } from '@kubernetes/client-node';
import { databaseLabels, databasesProject } from '../../model/database.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import { composeLabels } from '../../model/labels.ts';
import type { ContainerDetails, ContainerState, ObservedContainer } from '../../model/observed.ts';
import type { ContainerFilter } from '../engine.ts';
import type { Client } from './client.ts';
import { kinds } from './kinds.ts';
import { claimName } from './manifests/claim.ts';
import { listObjects, readObject, type Selection } from './objects.ts';
import { isReady, podsOf, serverStatus, servingPod } from './pods.ts';

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
  return secrets.items
    .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
    .map((secret) => observed(secret, ofDatabase(pods.items, secret)))
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
  if (secret === undefined || !isOurs(secret.metadata))
    throw new OrqError({
      code: 'NOT_FOUND',
      message: `There is no database ${name} in the namespace ${client.namespace}.`,
      hint: 'orq db list',
    });
  const status = serverStatus(servingPod(pods.items));
  return {
    ...observed(secret, pods.items),
    environment: environmentOf(secret),
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

function observed({ metadata }: V1Secret, pods: readonly V1Pod[]): ObservedContainer {
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
      ...(createdAt === undefined ? {} : { [databaseLabels.createdAt]: createdAt }),
      [databaseLabels.port]: '5432',
      [composeLabels.project]: databasesProject,
      [composeLabels.service]: id,
    },
    ports: [{ target: 5432, protocol: 'tcp' }],
    networks: {},
    networkIds: {},
    mounts: [{ kind: 'volume', source: claimName(name), target: '/var/lib/postgresql/data' }],
    createdAt: creationTimestamp ?? new Date(0),
  };
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
