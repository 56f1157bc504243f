import type { ObservedContainer } from '../../model/observed.ts';
import type { Client } from './client.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Where a client here reaches a TCP port of a container: its published port, else its own address on Linux. The machine
 * of the engine is this one, that of the endpoint, or for orq in a container what ORQ_REACH_HOST names; what another
 * machine publishes on its loopback address is not reached.
 */
export function reachContainer(
  { endpoint, environment }: Pick<Client, 'endpoint' | 'environment'>,
  container: ObservedContainer,
  port: number,
): Address | undefined {
  const machine = environment['ORQ_REACH_HOST'] || (endpoint.kind === 'unix' ? undefined : endpoint.host);
  const published = container.ports.find(
    (entry) => entry.target === port && entry.protocol === 'tcp' && entry.published !== undefined,
  );
  if (published?.published !== undefined) {
    const host = publishedHost(published.hostIp, machine);
    return host === undefined ? undefined : { host, port: published.published };
  }
  if (machine !== undefined || process.platform !== 'linux') return undefined;
  const address = Object.values(container.networks).find((text) => text !== '');
  return address === undefined ? undefined : { host: address, port };
}

function publishedHost(hostIp: string | undefined, machine: string | undefined): string | undefined {
  if (hostIp === undefined || hostIp === '0.0.0.0' || hostIp === '::') return machine ?? '127.0.0.1';
  const isLoopback = hostIp === '::1' || hostIp.startsWith('127.');
  return isLoopback && machine !== undefined ? undefined : hostIp;
}
