import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { databaseLabels } from '../../model/database.ts';
import type { ObservedVolume } from '../../model/observed.ts';
import type { ContainerFilter } from '../engine.ts';
import type { Client } from './client.ts';
import { kinds } from './kinds.ts';
import { selectorText } from './manifests/labels.ts';
import { listObjects } from './objects.ts';
import { removeOwn } from './remove-database.ts';

/** The claims that orq made; those of CloudNativePG are its own. */
export async function listVolumes(
  client: Client,
  { labels = {} }: ContainerFilter,
  signal?: AbortSignal,
): Promise<ObservedVolume[]> {
  const own = { [databaseLabels.managed]: 'true', [databaseLabels.operator]: 'none' };
  const wanted = Object.entries({ ...labels, ...own }).filter(
    (pair): pair is [string, string] => pair[1] !== null,
  );
  const selection = { kind: kinds.claim, labels: selectorText(Object.fromEntries(wanted)) };
  const { items } = await listObjects<V1PersistentVolumeClaim>(client, selection, signal);
  return items.map(({ metadata }) => ({
    name: metadata?.name ?? '',
    labels: metadata?.labels ?? {},
    driver: 'claim',
    mountpoint: '',
  }));
}

/** Deletes a claim that orq made, with its data; it goes once no Pod uses it. */
export function removeVolume(client: Client, name: string, signal?: AbortSignal): Promise<void> {
  return removeOwn(client, { kind: kinds.claim, name }, signal ?? new AbortController().signal);
}
