import { composeLabels } from '../model/labels.ts';
import type { ObservedNetwork } from '../model/observed.ts';
import type { Wish, World } from './wish.ts';

/**
 * Networks of the project that have the name of another of its own, and no container of it: an engine that is asked
 * twice at one moment, once by an orq that was killed, makes two, and then starts no container on either.
 */
export function surplusNetworks(
  { project }: Wish,
  { networks, containers }: Pick<World, 'networks' | 'containers'>,
): readonly ObservedNetwork[] {
  const used = new Set(containers.flatMap(({ networkIds }) => Object.values(networkIds)));
  const own = networks.filter(({ labels }) => labels[composeLabels.project] === project.name);
  const kept = new Map<string, string>();
  for (const { id, name } of own) if (!kept.has(name) || used.has(id)) kept.set(name, id);
  return own.filter(({ id, name }) => kept.get(name) !== id && !used.has(id));
}
