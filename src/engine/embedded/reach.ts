import type { ObservedContainer } from '../../model/observed.ts';

/** Where this machine reaches a port of a container: nothing but published ports, on this machine. */
export function reachPort(
  { ports, state }: ObservedContainer,
  target: number,
): { readonly host: string; readonly port: number } | undefined {
  const found = ports.find((port) => port.target === target && port.protocol === 'tcp');
  if (found?.published === undefined || state === 'created' || state === 'exited') return undefined;
  const { hostIp, published } = found;
  const everywhere = hostIp === undefined || hostIp === '' || hostIp === '0.0.0.0' || hostIp === '::';
  return { host: everywhere ? '127.0.0.1' : hostIp, port: published };
}
