import { resources } from '../api/admission.ts';
import type { ApiObject } from '../api/objects.ts';
import type { Store } from '../api/store.ts';
import { tell } from './pod.ts';

/** The only class that gives volumes, and the default. */
const served = 'standard';

/** Gives claims their volumes; one of a class that is not there waits for ever. */
export function runVolumes(store: Store): () => void {
  return store.watch('0', ({ resource, object, type }) => {
    if (resource === resources.claims && type === 'ADDED') bind(store, object);
  });
}

function bind(store: Store, claim: ApiObject): void {
  const wanted = claim.spec?.['storageClassName'] ?? served;
  const isBound = wanted === served;
  store.update(resources.claims, { ...claim, status: { phase: isBound ? 'Bound' : 'Pending' } });
  if (!isBound)
    tell(store, claim, {
      reason: 'ProvisioningFailed',
      message: `storageclass.storage.k8s.io "${String(wanted)}" not found`,
    });
}
