import type { Healthcheck } from '../../model/service.ts';
import type { ContainerSpec } from '../engine.ts';
import { isAtLeast } from './api-version.ts';
import { hostConfig } from './host-config.ts';
import { endpointsConfig } from './network-endpoints.ts';

/** The body of `POST /containers/create`, in the words of the API version at hand. */
export function containerBody(spec: ContainerSpec, apiVersion: string) {
  const { host } = spec;
  return {
    Image: spec.image,
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    Labels: spec.labels,
    ExposedPorts: exposedPorts(spec),
    HostConfig: hostConfig(spec, apiVersion),
    NetworkingConfig: { EndpointsConfig: endpointsConfig(spec, apiVersion) },
    StopTimeout: Math.ceil(spec.stopGracePeriodMs / 1000),
    ...(spec.entrypoint === null ? {} : { Entrypoint: spec.entrypoint }),
    ...(spec.command === null ? {} : { Cmd: spec.command }),
    ...(spec.healthcheck === undefined ? {} : { Healthcheck: healthConfig(spec.healthcheck, apiVersion) }),
    StopSignal: spec.stopSignal,
    User: host.user,
    WorkingDir: host.workingDir,
    Hostname: host.hostname,
    Domainname: host.domainname,
    MacAddress: isAtLeast(apiVersion, '1.44') ? undefined : macAddress(spec),
    Tty: host.tty,
    OpenStdin: host.stdinOpen,
  };
}

/** Until API 1.44 the address of the first network stands with the container. */
function macAddress(spec: ContainerSpec): string | undefined {
  return Object.values(spec.networks)[0]?.macAddress ?? spec.host.macAddress;
}

function exposedPorts(spec: ContainerSpec): Record<string, object> {
  const published = spec.ports.map((port) => `${port.target}/${port.protocol}`);
  return Object.fromEntries([...published, ...spec.expose.flatMap(expandExpose)].map((name) => [name, {}]));
}

/** `80`, `80/udp` and `3000-3002/tcp` as the engine's names of single ports. */
export function expandExpose(text: string): string[] {
  const [range = '', protocol = 'tcp'] = text.split('/');
  const [first = 0, last = first] = range.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}/${protocol}`);
}

function healthConfig(check: Healthcheck, apiVersion: string) {
  return {
    Test: check.test,
    Interval: nanoseconds(check.intervalMs),
    Timeout: nanoseconds(check.timeoutMs),
    StartPeriod: nanoseconds(check.startPeriodMs),
    StartInterval: isAtLeast(apiVersion, '1.44') ? nanoseconds(check.startIntervalMs) : undefined,
    Retries: check.retries,
  };
}

function nanoseconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 1e6);
}
