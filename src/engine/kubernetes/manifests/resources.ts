import type { V1ResourceRequirements } from '@kubernetes/client-node';
import type { ClusterWish } from '../../database-cluster.ts';

/** What a server without limits asks of its node, so that it is placed where it can run. */
const usual = { cpu: '100m', memory: '128Mi' } as const;

/** Limits as they were asked for; memory is requested whole, for a server that is evicted serves nobody. */
export function resourcesOf({ memoryBytes, cpus }: ClusterWish): V1ResourceRequirements {
  const limits: Record<string, string> = {};
  if (memoryBytes !== undefined) limits['memory'] = bytesQuantity(memoryBytes);
  if (cpus !== '') limits['cpu'] = cpus;
  return { requests: { ...usual, ...limits }, limits };
}

/** A Quantity as the API server itself would write it, so that applying it again changes nothing. */
export function bytesQuantity(bytes: number): string {
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti'];
  let [amount, unit] = [bytes, 0];
  while (amount >= 1024 && amount % 1024 === 0 && unit < units.length - 1)
    [amount, unit] = [amount / 1024, unit + 1];
  return `${amount}${units[unit] ?? ''}`;
}
