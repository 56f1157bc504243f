import type { Tree } from './tree.ts';
import { field, fields, texts } from './tree-fields.ts';
import { readDependencies } from './read/read-dependencies.ts';

export interface Activation {
  /** Compose profiles that are on; `*` means all. */
  readonly profiles: readonly string[];
  /** Services named on the command line: they and what they depend on are on, whatever their profiles. */
  readonly targets: readonly string[];
}

/** Names of the services that are switched on, in file order. */
export function activateServices(services: Tree, { profiles, targets }: Activation): Set<string> {
  const all = new Map(fields(services));
  const targeted = new Set<string>();
  const follow = (name: string): void => {
    const tree = all.get(name);
    if (tree === undefined || targeted.has(name)) return;
    targeted.add(name);
    Object.keys(readDependencies(tree)).forEach(follow);
  };
  targets.forEach(follow);
  const isOn = ([name, tree]: [string, Tree]) => targeted.has(name) || isSwitchedOn(tree, profiles);
  return new Set([...all].filter(isOn).map(([name]) => name));
}

function isSwitchedOn(service: Tree, profiles: readonly string[]): boolean {
  const own = texts(field(service, 'profiles'));
  return own.length === 0 || profiles.includes('*') || own.some((profile) => profiles.includes(profile));
}
