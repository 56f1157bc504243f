import type { KubernetesObject } from '@kubernetes/client-node';
import { databaseLabels } from '../../../model/database.ts';
import { clusterNameOf } from '../cluster-name.ts';
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
    readonly postgresql: {
      readonly parameters: Readonly<Record<string, string>>;
      readonly pg_hba?: readonly string[];
    };
  };
}

interface ClusterShape {
  readonly instances: number;
  /** Lets nobody in but through a Pod, and nobody write by chance: while an upgrade moves the data. */
  readonly isClosed: boolean;
}

/** The rules of the operator itself come before these. */
const closed = {
  parameters: { default_transaction_read_only: 'on' },
  access: {
    pg_hba: [
      'host all all 127.0.0.1/32 scram-sha-256',
      'host all all ::1/128 scram-sha-256',
      'host all all all reject',
    ],
  },
};

/** A database that CloudNativePG makes, with the same role, rights and statistics as a StatefulSet of ours. */
export function clusterManifest(making: Making, { instances, isClosed }: ClusterShape): ClusterObject {
  const { wish } = making;
  const { storageClass, user, owner } = wish;
  const metadata = ownedMetadata(making, clusterNameOf(owner, wish.claim));
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
          secret: { name: owner },
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
      postgresql: {
        parameters: { 'pg_stat_statements.max': '5000', ...(isClosed ? closed.parameters : {}) },
        ...(isClosed ? closed.access : {}),
      },
    },
  };
}

/** The operator says itself who manages its Pods and claims, and what they are; it takes no label away again. */
function inherited(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const own = ['app.kubernetes.io/name', 'app.kubernetes.io/managed-by'];
  const given = { [databaseLabels.besides]: '', ...labels };
  return Object.fromEntries(Object.entries(given).filter(([name]) => !own.includes(name)));
}
