/** One published port as the short syntax says it. */
export interface ShortPort {
  readonly target: number;
  readonly published?: string;
  readonly hostIp?: string;
  readonly protocol: string;
}

const protocols = ['tcp', 'udp', 'sctp'];

/** Reads `[[IP:][HOST]:]CONTAINER[/PROTOCOL]`, ranges included; a text tells what is wrong. */
export function parsePort(written: string): readonly ShortPort[] | string {
  const [address = '', protocol = 'tcp', ...rest] = written.split('/');
  if (rest.length > 0 || !protocols.includes(protocol.toLowerCase()))
    return 'the protocol must be tcp, udp or sctp';
  const match = /^(?:(?:(\[[^\]]*\]|[^:[\]]*):)?([\d-]*):)?([\d-]+)$/.exec(address);
  if (match === null) return 'it must look like [[IP:]HOST:]CONTAINER[/PROTOCOL]';
  const targets = parseRange(match[3] ?? '');
  const published = match[2] === undefined || match[2] === '' ? undefined : parseRange(match[2]);
  if (targets === undefined || targets.includes(0) || (match[2] && published === undefined))
    return 'ports go from 1 to 65535';
  const hostIp = match[1]?.replace(/^\[(.*)\]$/, '$1');
  const shared = { protocol: protocol.toLowerCase(), ...(hostIp ? { hostIp } : {}) };
  return pairUp(targets, published, shared);
}

function pairUp(
  targets: readonly number[],
  published: readonly number[] | undefined,
  shared: Pick<ShortPort, 'protocol' | 'hostIp'>,
): readonly ShortPort[] | string {
  if (published === undefined) return targets.map((target) => ({ target, ...shared }));
  const [target] = targets;
  if (targets.length === 1 && target !== undefined && published.length > 1) {
    return [{ target, published: `${published[0] ?? ''}-${published.at(-1) ?? ''}`, ...shared }];
  }
  if (targets.length !== published.length) return 'the two ranges have different lengths';
  return targets.map((target, index) => ({ target, published: String(published[index] ?? ''), ...shared }));
}

function parseRange(written: string): number[] | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(written);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || first > last || last > 65_535 || (first === 0 && last > 0)) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
