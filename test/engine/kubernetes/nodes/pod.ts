import { resources } from '../api/admission.ts';
import { type ApiObject, copy, type Fields } from '../api/objects.ts';
import type { Store } from '../api/store.ts';

export interface PodSpec {
  readonly containers: readonly ContainerSpec[];
  readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: SecretKey };
  }[];
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
}

interface SecretKey {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

export const specOf = ({ spec }: ApiObject): PodSpec => copy(spec);

/** Writes the status of a Pod; one that is gone is left alone. */
export function setStatus(store: Store, pod: ApiObject, status: Fields): void {
  const { namespace = '', name, uid } = pod.metadata;
  const live = store.find(resources.pods, namespace, name);
  if (live?.metadata.uid === uid && live !== undefined)
    store.update(resources.pods, { ...live, status: { ...live.status, ...status } });
}

/** The state of the only container, and whether the Pod is ready. */
export function containerStatus(
  { image, name }: ContainerSpec,
  {
    state,
    ready = false,
    restartCount = 0,
    lastState = {},
  }: {
    readonly state: Fields;
    readonly ready?: boolean;
    readonly restartCount?: number;
    readonly lastState?: Fields;
  },
): Fields {
  const status = ready ? 'True' : 'False';
  return {
    phase: state['running'] === undefined ? 'Pending' : 'Running',
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'ContainersReady', status },
      { type: 'Ready', status },
    ],
    containerStatuses: [{ name, image, imageID: '', ready, started: ready, restartCount, state, lastState }],
  };
}

let events = 0;

interface Said {
  readonly reason: string;
  readonly message: string;
  /** Of the scheduler, which tells the moment in a field of its own. */
  readonly scheduling?: boolean;
}

/** Says something about an object, as controllers, the scheduler and nodes do. */
export function tell(store: Store, about: ApiObject, { reason, message, scheduling = false }: Said): void {
  const { namespace = '', name, uid } = about.metadata;
  const time = new Date().toISOString();
  events += 1;
  store.create(resources.events, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${events}`, namespace },
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid },
    type: 'Warning',
    reason,
    message,
    ...(scheduling
      ? { eventTime: time.replace('Z', '000Z'), firstTimestamp: null, lastTimestamp: null }
      : { firstTimestamp: time, lastTimestamp: time, count: 1 }),
  });
}

/** The environment of a container, with what it takes from Secrets. */
export function environmentOf(
  store: Store,
  namespace: string,
  { env = [] }: ContainerSpec,
): Readonly<Record<string, string>> {
  const pairs = env.flatMap(({ name, value = '', valueFrom }) => {
    const ref = valueFrom?.secretKeyRef;
    const given = ref === undefined ? value : secretValue(store, namespace, ref);
    return given === undefined ? [] : [[name, given]];
  });
  return Object.fromEntries(pairs);
}

/** Undefined for a key that may be missing, and is. */
function secretValue(
  store: Store,
  namespace: string,
  { name, key, optional = false }: SecretKey,
): string | undefined {
  const { data = {} } = copy<{ data?: Record<string, string> }>(
    store.get(resources.secrets, namespace, name),
  );
  const value = data[key];
  if (value === undefined && optional) return undefined;
  return Buffer.from(value ?? '', 'base64').toString('utf8');
}
