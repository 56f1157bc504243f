import { admit, resources } from '../api/admission.ts';
import { deleteObject } from '../api/deletes.ts';
import { type ApiObject, copy, type Fields } from '../api/objects.ts';
import { StatusError } from '../api/status-error.ts';
import type { Store } from '../api/store.ts';
import { tell } from './pod.ts';

interface SetSpec {
  readonly replicas?: number;
  readonly template: {
    readonly metadata?: { readonly labels?: Record<string, string> };
    readonly spec: Fields;
  };
}

/** Makes the Pods of StatefulSets, and takes away those that are too many. */
export function runStatefulSets(store: Store): () => void {
  return store.watch('0', ({ resource, object, type }) => {
    if (resource === resources.sets && type !== 'DELETED') reconcile(store, object);
    if (resource !== resources.pods || type !== 'DELETED') return;
    const owner = object.metadata.ownerReferences?.find(({ kind }) => kind === 'StatefulSet');
    const set = store.find(resources.sets, object.metadata.namespace ?? '', owner?.name ?? '');
    if (set !== undefined) reconcile(store, set);
  });
}

function reconcile(store: Store, set: ApiObject): void {
  const { name: setName, namespace = '', uid = '' } = set.metadata;
  const { replicas = 1, template }: SetSpec = copy(set.spec);
  const name = `${setName}-0`;
  const pod = store.find(resources.pods, namespace, name);
  if (replicas === 0 && pod !== undefined && pod.metadata.deletionTimestamp === undefined)
    deleteObject({ store, resource: resources.pods, namespace }, name);
  if (replicas === 0 || pod !== undefined) return;
  const labels = {
    ...template.metadata?.labels,
    'statefulset.kubernetes.io/pod-name': name,
    'controller-revision-hash': `${setName}-5d8f7c9b6d`,
  };
  const body: ApiObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: setName, uid }],
    },
    spec: copy(template.spec),
    status: { phase: 'Pending' },
  };
  makePod(store, set, body);
}

/** Makes a Pod for its controller, unless its labels or the namespace speak against it: that is an event. */
export function makePod(store: Store, controller: ApiObject, body: ApiObject): void {
  try {
    const long = Object.values(body.metadata.labels ?? {}).find((value) => value.length > 63);
    if (long !== undefined)
      throw new StatusError(422, 'Invalid', {
        message: `Pod "${body.metadata.name}" is invalid: metadata.labels: Invalid value: "${long}": must be no more than 63 characters`,
      });
    admit(store, resources.pods, body);
    store.create(resources.pods, body);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const message = `create Pod ${body.metadata.name} in ${controller.kind} ${controller.metadata.name} failed error: ${error.message}`;
    tell(store, controller, { reason: 'FailedCreate', message });
  }
}
