import { type ApiObject, copy } from '../api/objects.ts';
import { clusters } from '../api/resources.ts';
import type { Store } from '../api/store.ts';
import { environmentOf, specOf } from './pod.ts';

interface ClusterSpec {
  readonly bootstrap?: { readonly initdb?: { readonly postInitSQL?: readonly string[] } };
}

/** What the images do with an empty volume: a superuser, or what the Cluster says. */
export function setUpOf(store: Store, pod: ApiObject): readonly string[] {
  const { namespace = '', ownerReferences = [] } = pod.metadata;
  const [container] = specOf(pod).containers;
  if (container === undefined) return [];
  const {
    POSTGRES_USER: user = '',
    POSTGRES_PASSWORD: password = '',
    POSTGRES_DB: database = '',
  } = environmentOf(store, namespace, container);
  const owner = ownerReferences.find(({ kind }) => kind === 'Cluster');
  const cluster = owner === undefined ? undefined : store.find(clusters, namespace, owner.name);
  const { bootstrap }: ClusterSpec = copy(cluster?.spec ?? {});
  const power = cluster === undefined ? 'SUPERUSER' : 'NOSUPERUSER';
  return [
    `CREATE ROLE "${user}" LOGIN ${power} PASSWORD '${password.replaceAll("'", "''")}'`,
    ...(bootstrap?.initdb?.postInitSQL ?? []),
    `CREATE DATABASE "${database}" OWNER "${user}"`,
  ];
}
