import type { KubernetesObject } from '@kubernetes/client-node';
import { OrqError } from '../../model/errors.ts';
import type { ContainerStats } from '../../model/observed.ts';
import type { Client } from './client.ts';
import { controlGroupStats } from './control-group.ts';
import type { Kind } from './kinds.ts';
import { containerName } from './manifests/stateful-set.ts';
import { readObject } from './objects.ts';
import { runningPod } from './pods.ts';
import { quantity } from './quantity.ts';

/** What metrics-server tells: https://github.com/kubernetes-sigs/metrics-server */
interface PodMetrics extends KubernetesObject {
  readonly containers?: readonly {
    readonly name: string;
    readonly usage: { readonly cpu: string; readonly memory: string };
  }[];
}

const podMetrics: Kind = {
  apiVersion: 'metrics.k8s.io/v1beta1',
  kind: 'PodMetrics',
  asked: { resource: 'pods', group: 'metrics.k8s.io' },
};

/** Use of processor and memory: as the cluster measures it, else as the container itself sees it. */
export async function readStats(client: Client, name: string, signal?: AbortSignal): Promise<ContainerStats> {
  const pod = await runningPod(client, name, signal);
  const measured = await readMetrics(client, pod, signal);
  const usage = measured?.containers?.find((container) => container.name === containerName)?.usage;
  if (usage === undefined) return controlGroupStats(client, name, signal);
  const memoryLimitBytes = (await controlGroupStats(client, name, signal)).memoryLimitBytes;
  return {
    cpuPercent: quantity(usage.cpu) * 100,
    memoryBytes: quantity(usage.memory),
    memoryLimitBytes,
    pids: 0,
  };
}

/** Undefined where the cluster does not measure, or does not tell. */
async function readMetrics(
  client: Client,
  name: string,
  signal?: AbortSignal,
): Promise<PodMetrics | undefined> {
  try {
    return await readObject<PodMetrics>(client, { kind: podMetrics, name }, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof OrqError) return undefined;
    throw error;
  }
}
