import type { ObservedPort } from '../../../model/observed.ts';
import type { ContainerSpec } from '../../engine.ts';
import { kindOfSpec } from './server-kind.ts';

const loopback = '127.0.0.1';

/** Port that the Compose file means by the server's own; undefined for plain processes, which have none or many. */
export function serverPort(spec: ContainerSpec): number | undefined {
  switch (kindOfSpec(spec)) {
    case 'postgres':
      return Number(spec.environment['PGPORT'] || 5432);
    case 'redis': {
      const { command } = spec;
      const at = command?.indexOf('--port') ?? -1;
      return Number(at === -1 ? 6379 : (command?.[at + 1] ?? 6379));
    }
    case 'process':
      return undefined;
  }
}

/** Address that a server listens on for a port, and the one at which clients on this machine find it. */
export function listenAddress(
  ports: readonly ObservedPort[],
  target: number,
): { readonly address: string; readonly client: string } {
  const hostIp = ports.find((port) => port.target === target)?.hostIp;
  const everywhere = hostIp === undefined || hostIp === '' || hostIp === '0.0.0.0' || hostIp === '::';
  return everywhere ? { address: '*', client: loopback } : { address: hostIp, client: hostIp };
}
