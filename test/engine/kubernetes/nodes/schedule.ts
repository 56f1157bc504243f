import { resources } from '../api/admission.ts';
import type { ApiObject } from '../api/objects.ts';
import { quantity } from '../api/quantity.ts';
import type { Store } from '../api/store.ts';
import { setStatus, specOf, tell } from './pod.ts';

/** Bytes that Pods may ask of the node together. */
const memory = 4 * 1024 ** 3;

/** The claim that a Pod has its data on. */
export function claimOf(store: Store, pod: ApiObject): ApiObject | undefined {
  const name = specOf(pod).volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined)
    ?.persistentVolumeClaim?.claimName;
  return store.find(resources.claims, pod.metadata.namespace ?? '', name ?? '');
}

/** Whether the only node takes a Pod: it has the memory, and the Pod its volume. Tells what speaks against it. */
export function isScheduled(store: Store, pod: ApiObject): boolean {
  const obstacle = obstacleTo(store, pod);
  if (obstacle === undefined) return true;
  const message = `0/1 nodes are available: ${obstacle}.`;
  setStatus(store, pod, {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
  });
  tell(store, pod, { reason: 'FailedScheduling', message, scheduling: true });
  return false;
}

function obstacleTo(store: Store, pod: ApiObject): string | undefined {
  const asked = specOf(pod).containers.reduce(
    (sum, each) => sum + (quantity(each.resources?.requests?.['memory'] ?? '0') || 0),
    0,
  );
  if (asked > memory) return '1 Insufficient memory';
  if (claimOf(store, pod)?.status?.['phase'] !== 'Bound')
    return 'pod has unbound immediate PersistentVolumeClaims';
  return undefined;
}
