import { probeOf } from '../health/default-probe.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Service } from '../model/service.ts';

/** Container ports that are taken to speak HTTP when nothing says otherwise. */
const httpPorts = new Set([80, 3000, 3001, 4200, 5000, 5173, 8000, 8080, 8081, 8888, 9000]);

/** URL at which this machine reaches a service: its `x-orq.url`, else one made from its protocol and published port. */
export function serviceUrl(service: Service, container: ObservedContainer): string | undefined {
  if (service.orq.url !== undefined) return service.orq.url;
  const probe = probeOf(service);
  switch (probe.kind) {
    case 'postgres':
      return withPort(
        container,
        probe.port,
        (host) =>
          `postgresql://${encodeURIComponent(probe.user)}@${host}/${encodeURIComponent(probe.database)}`,
      );
    case 'redis':
      return withPort(container, probe.port, (host) => `redis://${host}`);
    case 'http':
      return withPort(container, probe.port, (host) => `http://${host}`);
    default:
      return httpUrl(container);
  }
}

function httpUrl(container: ObservedContainer): string | undefined {
  const port = container.ports.find(
    ({ target, published }) => published !== undefined && httpPorts.has(target),
  );
  return port === undefined ? undefined : withPort(container, port.target, (host) => `http://${host}`);
}

function withPort(
  { ports }: ObservedContainer,
  target: number,
  url: (host: string) => string,
): string | undefined {
  const published = ports.find((port) => port.target === target && port.published !== undefined)?.published;
  return published === undefined ? undefined : url(`localhost:${published}`);
}
