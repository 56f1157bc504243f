import type { V1ObjectMeta, V1Secret } from '@kubernetes/client-node';
import type { ClusterWish } from '../../database-cluster.ts';
import { labelsOf, type Maker } from './labels.ts';
import type { Member } from './member.ts';

/** What a manifest is made of. */
export interface Making {
  readonly wish: ClusterWish;
  readonly maker: Maker;
  /** The Secret to which all belongs. */
  readonly secret: V1Secret;
  /** For a server that is one of two. */
  readonly member?: Member;
}

/** Name, labels and owner of an object that belongs to a database. */
export function ownedMetadata({ wish, maker, secret }: Making, name: string = wish.name): V1ObjectMeta {
  return {
    name,
    labels: { ...labelsOf(wish, maker) },
    ownerReferences: [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        name: wish.owner,
        uid: secret.metadata?.uid ?? '',
        controller: false,
      },
    ],
  };
}
