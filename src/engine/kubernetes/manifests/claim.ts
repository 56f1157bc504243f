import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { type Making, ownedMetadata } from './owned.ts';
import { bytesQuantity } from './resources.ts';

/** Name of the claim for a database's volume, until an upgrade fills another. */
export function claimName(name: string): string {
  return `${name}-data`;
}

/**
 * The claim for the data. It is an object of its own, not a template of the StatefulSet: so it has the name and the
 * owner of all else, goes with the database, and can be made larger.
 */
export function claimManifest(making: Making): V1PersistentVolumeClaim {
  const { claim, storageBytes, storageClass } = making.wish;
  return {
    metadata: ownedMetadata(making, claim),
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: bytesQuantity(storageBytes) } },
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    },
  };
}
