import type { KubernetesObject, V1Secret } from '@kubernetes/client-node';
import { withDeadline } from '../../model/abort.ts';
import { databaseLabels } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { UnfinishedDatabase } from '../database-cluster.ts';
import type { Client } from './client.ts';
import { currentCluster } from './clusters.ts';
import { kinds } from './kinds.ts';
import { selectorText } from './manifests/labels.ts';
import { creatingAnnotation } from './manifests/secret.ts';
import { deleteObject, listObjects, type Named, readObject, type Selection, tryDelete } from './objects.ts';
import { isOurs } from './observe.ts';
import { podsOf } from './pods.ts';
import { databaseProject, isOfReplica } from './replica-names.ts';
import { untilState } from './until-state.ts';

/** Milliseconds for Pods to stop and volumes to be let go. */
const goneMs = 60_000;

/**
 * Removes a database: what makes Pods first, the Secret last, so that whatever ends this early leaves what the next
 * command can find and finish. What the user may not remove goes with the Secret, to which all belongs. Throws
 * ENGINE_FAILED when something does not go.
 */
export async function removeDatabase(
  client: Client,
  name: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const secret = await readObject<V1Secret>(client, { kind: kinds.secret, name }, signal);
  const isOperators = secret?.metadata?.labels?.[databaseLabels.operator] === 'cnpg';
  await unlessForbidden(async () => {
    const besides = selectorText({ [databaseLabels.managed]: 'true', [databaseLabels.besides]: name });
    if (secret !== undefined && isOperators) await removeOwn(client, currentCluster(secret), signal);
    else await removeOwn(client, { kind: kinds.statefulSet, name }, signal);
    if (isOperators) await removeAll(client, { kind: kinds.cluster, labels: besides }, signal);
    await removeAll(client, { kind: kinds.statefulSet, labels: besides }, signal);
    await removeOwn(client, { kind: kinds.service, name }, signal);
    await removeAll(client, { kind: kinds.service, labels: besides }, signal);
    const claims = { ...podsOf(name), kind: kinds.claim };
    const others = { kind: kinds.claim, labels: besides };
    if (!isOperators) for (const each of [claims, others]) await removeAll(client, each, signal);
    const pods = { kind: kinds.pod, labels: besides };
    await untilNone(client, { name, selections: [podsOf(name), pods, claims, others] }, signal);
    await removeAll(client, { kind: kinds.secret, labels: besides }, signal);
  });
  await removeOwn(client, { kind: kinds.secret, name }, signal);
}

/** Throws ENGINE_PERMISSION where the Secret may not be deleted, which goes last: nothing is half removed then. */
export function checkRemoval(client: Client, name: string, signal: AbortSignal): Promise<void> {
  return tryDelete(client, { kind: kinds.secret, name }, signal);
}

async function unlessForbidden(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof OrqError) || error.code !== 'ENGINE_PERMISSION') throw error;
  }
}

/** Deletes all objects of a selection, which names orq as their maker. */
async function removeAll(client: Client, selection: Selection, signal: AbortSignal): Promise<void> {
  const { items } = await listObjects<KubernetesObject>(client, selection, signal);
  for (const object of items)
    await deleteObject(client, { kind: selection.kind, name: object.metadata?.name ?? '' }, object, signal);
}

/** Deletes an object that orq made; any other of that name stays. */
export async function removeOwn(client: Client, named: Named, signal: AbortSignal): Promise<void> {
  const object = await readObject<KubernetesObject>(client, named, signal);
  if (object !== undefined && isOurs(object.metadata)) await deleteObject(client, named, object, signal);
}

/** Waits until there is none of what belongs to a database or a server. Throws ENGINE_FAILED. */
export async function untilNone(
  client: Client,
  { name, selections }: { readonly name: string; readonly selections: readonly Selection[] },
  signal: AbortSignal,
): Promise<void> {
  const none = (objects: readonly KubernetesObject[]): boolean => objects.length === 0;
  const isGone = await withDeadline(signal, goneMs, async (bounded) => {
    try {
      for (const selection of selections)
        await untilState(client, selection, { reached: none, signal: bounded });
      return true;
    } catch (error) {
      if (!bounded.aborted) throw error;
      return false;
    }
  });
  signal.throwIfAborted();
  if (isGone) return;
  throw new OrqError({
    code: 'ENGINE_FAILED',
    message: `The Pods or the volume claims of ${name} did not go within ${goneMs / 1000} s.`,
    hint: `kubectl -n ${client.namespace} describe pods,persistentvolumeclaims -l app.kubernetes.io/instance=${name}`,
  });
}

/** Databases and replicas that somebody began to make, or to remove, and has not finished. */
export async function unfinishedDatabases(
  client: Client,
  signal: AbortSignal,
): Promise<readonly UnfinishedDatabase[]> {
  const labels = `${databaseLabels.managed}=true`;
  const { items } = await listObjects<V1Secret>(client, { kind: kinds.secret, labels }, signal);
  const now = new Date().toISOString();
  return items.flatMap(({ metadata }) => {
    const until = metadata?.annotations?.[creatingAnnotation];
    if (until === undefined) return [];
    const part = isOfReplica(metadata) ? 'replica' : 'database';
    const projectId = databaseProject(metadata?.labels?.[databaseLabels.projectId] ?? '');
    return [{ projectId, part, overdue: until < now }];
  });
}
