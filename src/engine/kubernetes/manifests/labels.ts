import { databaseLabels } from '../../../model/database.ts';
import type { ClusterWish } from '../../database-cluster.ts';

/** Who makes the servers: a StatefulSet of ours, or CloudNativePG. */
export type Maker = 'none' | 'cnpg';

/** By what objects of one database are found. */
export function selectorLabels(projectId: string): Readonly<Record<string, string>> {
  return { [databaseLabels.managed]: 'true', [databaseLabels.projectId]: projectId };
}

/** Labels of all objects of a database. */
export function labelsOf(wish: ClusterWish, maker: Maker): Readonly<Record<string, string>> {
  return {
    ...selectorLabels(wish.projectId),
    [databaseLabels.type]: 'postgres',
    [databaseLabels.version]: wish.version,
    [databaseLabels.memory]: wish.memory,
    [databaseLabels.cpus]: wish.cpus,
    [databaseLabels.storage]: wish.storage,
    [databaseLabels.storageClass]: wish.storageClass ?? '',
    [databaseLabels.operator]: maker,
    ...(wish.owner === wish.name ? {} : { [databaseLabels.besides]: wish.owner }),
    'app.kubernetes.io/name': 'postgresql',
    'app.kubernetes.io/instance': wish.name,
    'app.kubernetes.io/managed-by': 'orq',
  };
}

/** A label selector as the API takes it. */
export function selectorText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
