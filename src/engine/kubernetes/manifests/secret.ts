import type { V1Secret } from '@kubernetes/client-node';
import { databaseLabels } from '../../../model/database.ts';
import type { ClusterWish } from '../../database-cluster.ts';
import { labelsOf, type Maker } from './labels.ts';

/** On a Secret: until when its maker may be at work; it is taken away when the database is made. */
export const creatingAnnotation = 'sovrabase.creating_until';

/** Milliseconds that a maker gets beyond its own limit, to take back what it began. */
const graceMs = 60_000;

/** Until when somebody may be at work who has some milliseconds from now on. */
export function creatingUntil(limitMs: number): string {
  return new Date(Date.now() + limitMs + graceMs).toISOString();
}

/**
 * The Secret with the password, which CloudNativePG reads too. Every other object of the database belongs to it, so
 * that none outlives it.
 */
export function secretManifest(wish: ClusterWish, maker: Maker, host: string): V1Secret {
  const { user: username, password, database, name } = wish;
  const uri = `postgresql://${username}:${encodeURIComponent(password)}@${host}:5432/${database}`;
  return {
    metadata: {
      name,
      labels: labelsOf(wish, maker),
      annotations: {
        // Labels may have no colons.
        [databaseLabels.createdAt]: new Date().toISOString(),
        [creatingAnnotation]: creatingUntil(wish.limitMs),
      },
    },
    type: 'kubernetes.io/basic-auth',
    stringData: { username, password, host, port: '5432', database, uri },
  };
}
