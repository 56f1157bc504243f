import type { ContainerFilter } from '../engine.ts';

/** The engine's `filters` parameter for labels; empty when everything is wanted. */
export function labelFilter(filter: ContainerFilter): Record<string, string[]> {
  const labels = Object.entries(filter.labels ?? {});
  if (labels.length === 0) return {};
  return { label: labels.map(([name, value]) => (value === null ? name : `${name}=${value}`)) };
}

/** What carries all the labels: Podman (seen with 4.3) lists volumes that carry any of them. */
export function withLabels<Item extends { readonly labels: Readonly<Record<string, string>> }>(
  items: readonly Item[],
  { labels = {} }: ContainerFilter,
): Item[] {
  const wanted = Object.entries(labels);
  return items.filter((item) =>
    wanted.every(([name, value]) =>
      value === null ? item.labels[name] !== undefined : item.labels[name] === value,
    ),
  );
}
