import type { V1Service } from '@kubernetes/client-node';
import { clusterNameOf } from '../cluster-name.ts';
import { type Making, ownedMetadata } from './owned.ts';
import { selectorLabels } from './labels.ts';

/** The address of a database in the cluster, whoever makes its server; `project` is that of the Pods it leads to. */
export function serviceManifest(making: Making, project: string = making.wish.projectId): V1Service {
  const { wish, maker } = making;
  return {
    metadata: ownedMetadata(making),
    spec: {
      type: 'ClusterIP',
      selector:
        maker === 'cnpg'
          ? { 'cnpg.io/cluster': clusterNameOf(wish.owner, wish.claim), 'cnpg.io/instanceRole': 'primary' }
          : { ...selectorLabels(project) },
      ports: [{ name: 'postgres', port: 5432, targetPort: 5432, protocol: 'TCP' }],
    },
  };
}
