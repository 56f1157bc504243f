import type { V1Secret, V1Service } from '@kubernetes/client-node';
import { databaseLabels } from '../../model/database.ts';
import type { Client } from './client.ts';
import { kinds } from './kinds.ts';
import { selectorLabels } from './manifests/labels.ts';
import { applyObject, listObjects, readObject } from './objects.ts';
import { isOurs } from './observe.ts';
import { databaseProject, isOfReplica, replicaNameOf } from './replica-names.ts';
import { isSettled, leaderOf } from './replica-secret.ts';

/** Makes the Services of a database lead to its primary and to its replica, as the replica's Secret has it on record. */
export async function leadTo(client: Client, secret: V1Secret, signal: AbortSignal): Promise<void> {
  const { labels = {} } = secret.metadata ?? {};
  const name = labels[databaseLabels.besides] ?? '';
  const added = labels[databaseLabels.projectId] ?? '';
  const first = databaseProject(added);
  const [primary, replica] = leaderOf(secret) === 'first' ? [first, added] : [added, first];
  await point(client, { name, project: primary }, signal);
  await point(client, { name: replicaNameOf(name), project: replica }, signal);
}

/** What a killed failover has left undone, in the whole namespace. */
export async function leadAll(client: Client, signal: AbortSignal): Promise<void> {
  const labels = `${databaseLabels.managed}=true,${databaseLabels.besides}`;
  const { items } = await listObjects<V1Secret>(client, { kind: kinds.secret, labels }, signal);
  for (const secret of items)
    if (isOfReplica(secret.metadata) && isSettled(secret)) await leadTo(client, secret, signal);
}

async function point(
  client: Client,
  { name, project }: { readonly name: string; readonly project: string },
  signal: AbortSignal,
): Promise<void> {
  const named = { kind: kinds.service, name };
  const found = await readObject<V1Service>(client, named, signal);
  const now = found?.spec?.selector?.[databaseLabels.projectId];
  if (found?.spec === undefined || !isOurs(found.metadata) || now === project) return;
  const { labels = {}, ownerReferences = [] } = found.metadata ?? {};
  const { type, ports } = found.spec;
  const spec = { type, ports, selector: { ...selectorLabels(project) } };
  const body: V1Service = { metadata: { labels, ownerReferences }, spec: JSON.parse(JSON.stringify(spec)) };
  await applyObject(client, named, body, signal);
}
