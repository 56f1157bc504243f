import type { ObservedContainer } from '../../model/observed.ts';
import type { Endpoint } from './endpoint.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where this machine reaches a TCP port of a container: its published port, else its own address on Linux. */
export function reachContainer(
  endpoint: Endpoint,
  container: ObservedContainer,
  port: number,
): Address | undefined {
  const published = container.ports.find(
    (entry) => entry.target === port && entry.protocol === 'tcp' && entry.published !== undefined,
  );
  if (published?.published !== undefined) {
    return { host: publishedHost(endpoint, published.hostIp), port: published.published };
  }
  if (endpoint.kind !== 'unix' || process.platform !== 'linux') return undefined;
  const address = Object.values(container.networks).find((text) => text !== '');
  return address === undefined ? undefined : { host: address, port };
}

function publishedHost(endpoint: Endpoint, hostIp: string | undefined): string {
  const everywhere = hostIp === undefined || hostIp === '0.0.0.0' || hostIp === '::';
  if (!everywhere) return hostIp;
  return endpoint.kind === 'unix' ? '127.0.0.1' : endpoint.host;
}
