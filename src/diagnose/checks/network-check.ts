import { BlockList, isIPv4 } from 'node:net';
import type { Engine } from '../../engine/engine.ts';
import type { Project } from '../../model/project.ts';
import type { World } from '../../plan/wish.ts';
import type { NetworkOverlap } from '../facts.ts';

/** Networks of the project that are missing, and whose addresses another network of the engine has. */
export async function findOverlaps(
  engine: Engine,
  {
    project,
    world,
    signal,
  }: { readonly project: Project; readonly world: World; readonly signal: AbortSignal },
): Promise<readonly NetworkOverlap[]> {
  const present = new Set(world.networks.map(({ name }) => name));
  const wanted = Object.values(project.networks).flatMap(({ name, ipam }) =>
    present.has(name) ? [] : (ipam?.config ?? []).flatMap(({ subnet }) => (subnet ? [{ name, subnet }] : [])),
  );
  if (wanted.length === 0) return [];
  const others = await engine.listNetworks({}, signal);
  return wanted.flatMap(({ name, subnet }) =>
    others.flatMap(({ name: other, subnets = [] }) =>
      subnets
        .filter((otherSubnet) => other !== name && overlap(subnet, otherSubnet))
        .map((otherSubnet) => ({ name, subnet, other, otherSubnet })),
    ),
  );
}

function overlap(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

function contains(range: string, other: string): boolean {
  const [base = '', bits = ''] = range.split('/');
  const [address = ''] = other.split('/');
  const family = (text: string): 'ipv4' | 'ipv6' => (isIPv4(text) ? 'ipv4' : 'ipv6');
  if (family(base) !== family(address)) return false;
  try {
    const list = new BlockList();
    list.addSubnet(base, Number(bits), family(base));
    return list.check(address, family(address));
  } catch {
    return false;
  }
}
