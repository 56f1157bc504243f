import type { ContainerFilter } from '../engine.ts';

/** The engine's `filters` parameter for labels; empty when everything is wanted. */
export function labelFilter(filter: ContainerFilter): Record<string, string[]> {
  const labels = Object.entries(filter.labels ?? {});
  if (labels.length === 0) return {};
  return { label: labels.map(([name, value]) => (value === null ? name : `${name}=${value}`)) };
}
