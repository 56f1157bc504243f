import { claimName } from './manifests/claim.ts';

/**
 * Name of the Cluster of CloudNativePG in which a database's data is. The operator makes the claims of a Cluster itself,
 * so the Cluster stands where another database has its claim: the first one has the name of all objects.
 */
export function clusterNameOf(owner: string, claim: string): string {
  return claim === claimName(owner) ? owner : claim;
}
