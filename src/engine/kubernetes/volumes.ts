import type { V1ObjectMeta, V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { databaseLabels } from '../../model/database.ts';
import type { ObservedVolume } from '../../model/observed.ts';
import type { ContainerFilter } from '../engine.ts';
import type { Client } from './client.ts';
import { kinds } from './kinds.ts';
import { listObjects, readObject } from './objects.ts';
import { removeOwn } from './remove-database.ts';
import { withoutSource } from './replica-names.ts';

/** On the claims that CloudNativePG makes: its Cluster, which stands for all of them. */
const clusterLabel = 'cnpg.io/cluster';

/** The claims of databases, of upgrades' old data too; for those of CloudNativePG their Clusters, each once. */
export async function listVolumes(
  client: Client,
  { labels = {} }: ContainerFilter,
  signal?: AbortSignal,
): Promise<ObservedVolume[]> {
  const selection = { kind: kinds.claim, labels: `${databaseLabels.managed}=true` };
  const { items } = await listObjects<V1PersistentVolumeClaim>(client, selection, signal);
  const found = items
    .map(({ metadata }) => volumeOf(metadata))
    .filter((volume) => Object.entries(labels).every(([name, value]) => isMatch(volume, name, value)));
  return [...new Map(found.map((volume) => [volume.name, volume])).values()];
}

function volumeOf({ name = '', labels = {} }: V1ObjectMeta = {}): ObservedVolume {
  const project = withoutSource(labels[databaseLabels.projectId] ?? '');
  return {
    name: labels[clusterLabel] ?? name,
    labels: { ...labels, [databaseLabels.projectId]: project },
    driver: 'claim',
    mountpoint: '',
  };
}

function isMatch({ labels }: ObservedVolume, name: string, value: string | null): boolean {
  return value === null ? name in labels : labels[name] === value;
}

/** Deletes the data of a claim that orq made, or of a Cluster; it goes once no Pod uses it. */
export async function removeVolume(
  client: Client,
  name: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const claim = await readObject<V1PersistentVolumeClaim>(client, { kind: kinds.claim, name }, signal);
  await removeOwn(client, { kind: claim === undefined ? kinds.cluster : kinds.claim, name }, signal);
}
