/** A kind of object, as manifests and as permissions name it. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly asked: { readonly resource: string; readonly group?: string };
}

export const kinds = {
  namespace: { apiVersion: 'v1', kind: 'Namespace', asked: { resource: 'namespaces' } },
  secret: { apiVersion: 'v1', kind: 'Secret', asked: { resource: 'secrets' } },
  service: { apiVersion: 'v1', kind: 'Service', asked: { resource: 'services' } },
  claim: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', asked: { resource: 'persistentvolumeclaims' } },
  pod: { apiVersion: 'v1', kind: 'Pod', asked: { resource: 'pods' } },
  statefulSet: {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    asked: { resource: 'statefulsets', group: 'apps' },
  },
  /** CloudNativePG: https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/ */
  cluster: {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    asked: { resource: 'clusters', group: 'postgresql.cnpg.io' },
  },
} as const satisfies Record<string, Kind>;
