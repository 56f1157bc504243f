/** A resource that the server serves. */
export interface Resource {
  readonly plural: string;
  readonly kind: string;
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
}

const core = (plural: string, kind: string, namespaced = true): Resource => ({
  plural,
  kind,
  group: '',
  version: 'v1',
  namespaced,
});

export const builtIn: readonly Resource[] = [
  core('secrets', 'Secret'),
  core('services', 'Service'),
  core('persistentvolumeclaims', 'PersistentVolumeClaim'),
  core('pods', 'Pod'),
  core('events', 'Event'),
  core('resourcequotas', 'ResourceQuota'),
  core('namespaces', 'Namespace', false),
  { plural: 'statefulsets', kind: 'StatefulSet', group: 'apps', version: 'v1', namespaced: true },
];

export const clusters: Resource = {
  plural: 'clusters',
  kind: 'Cluster',
  group: 'postgresql.cnpg.io',
  version: 'v1',
  namespaced: true,
};

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** What `GET /api/v1` and `GET /apis/GROUP/VERSION` answer. */
export function discovery(resources: readonly Resource[], groupVersion: string): object {
  const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.map(({ plural: name, kind, namespaced }) => ({
      name,
      singularName: kind.toLowerCase(),
      kind,
      namespaced,
      verbs,
    })),
  };
}
