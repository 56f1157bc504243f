import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { databaseLabels } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { Client } from './client.ts';
import { kinds } from './kinds.ts';
import { selectorText } from './manifests/labels.ts';
import { containerName } from './manifests/stateful-set.ts';
import { listObjects } from './objects.ts';

/** Pods of one database by the name of its objects; jobs of the operator too. */
export function podsOf(name: string): { readonly kind: typeof kinds.pod; readonly labels: string } {
  const labels = { [databaseLabels.managed]: 'true', 'app.kubernetes.io/instance': name };
  return { kind: kinds.pod, labels: selectorText(labels) };
}

/** The Pod that serves: CloudNativePG says which is the primary. */
export function servingPod(pods: readonly V1Pod[]): V1Pod | undefined {
  const role = (pod: V1Pod): string | undefined => pod.metadata?.labels?.['cnpg.io/instanceRole'];
  const servers = pods.filter((pod) => pod.metadata?.labels?.['cnpg.io/jobRole'] === undefined);
  return servers.find((pod) => role(pod) === 'primary') ?? servers.find((pod) => role(pod) === undefined);
}

/** What the node says of the server's container. */
export function serverStatus(pod: V1Pod | undefined): V1ContainerStatus | undefined {
  return pod?.status?.containerStatuses?.find(({ name }) => name === containerName);
}

/** True while connections are let in. */
export function isReady(pod: V1Pod | undefined): boolean {
  const isGoing = pod?.metadata?.deletionTimestamp !== undefined;
  return (
    !isGoing &&
    pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
  );
}

/** Name of the Pod whose server runs. Throws SERVICE_NOT_RUNNING. */
export async function runningPod(client: Client, name: string, signal?: AbortSignal): Promise<string> {
  const { items } = await listObjects<V1Pod>(client, podsOf(name), signal);
  const pod = servingPod(items);
  const podName = pod?.metadata?.name;
  if (podName !== undefined && serverStatus(pod)?.state?.running !== undefined) return podName;
  throw new OrqError({
    code: 'SERVICE_NOT_RUNNING',
    message: `No Pod of ${name} in the namespace ${client.namespace} runs.`,
    hint: `kubectl -n ${client.namespace} get pods -l app.kubernetes.io/instance=${name}`,
  });
}
