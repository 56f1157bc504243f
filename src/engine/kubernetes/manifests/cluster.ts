import type { KubernetesObject } from '@kubernetes/client-node';
import { type Making, ownedMetadata } from './owned.ts';
import { bytesQuantity, resourcesOf } from './resources.ts';

/** The fields of CloudNativePG's Cluster that orq sets. */
export interface ClusterObject extends KubernetesObject {
  readonly spec: {
    readonly instances: number;
    readonly imageName: string;
    readonly inheritedMetadata: { readonly labels: Readonly<Record<string, string>> };
    readonly bootstrap: {
      readonly initdb: {
        readonly database: string;
        readonly owner: string;
        readonly secret: { readonly name: string };
        readonly postInitSQL: readonly string[];
      };
    };
    readonly storage: { readonly size: string; readonly storageClass?: string };
    readonly resources: object;
    readonly postgresql: { readonly parameters: Readonly<Record<string, string>> };
  };
}

/** A database that CloudNativePG makes, with the same role, rights and statistics as a StatefulSet of ours. */
export function clusterManifest(making: Making, instances: number): ClusterObject {
  const { wish } = making;
  const { storageClass, user, name } = wish;
  const metadata = ownedMetadata(making);
  return {
    metadata,
    spec: {
      instances,
      imageName: wish.operatorImage,
      inheritedMetadata: { labels: inherited(metadata.labels ?? {}) },
      bootstrap: {
        initdb: {
          database: wish.database,
          owner: user,
          secret: { name },
          // As on every other engine, where restores make and rename databases.
          postInitSQL: [`ALTER ROLE "${user}" SUPERUSER`],
        },
      },
      storage: {
        size: bytesQuantity(wish.storageBytes),
        ...(storageClass === undefined ? {} : { storageClass }),
      },
      resources: resourcesOf(wish),
      // Any parameter of it makes the operator load the library.
      postgresql: { parameters: { 'pg_stat_statements.max': '5000' } },
    },
  };
}

/** The operator says itself who manages its Pods and claims, and what they are. */
function inherited(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const own = ['app.kubernetes.io/name', 'app.kubernetes.io/managed-by'];
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !own.includes(name)));
}
