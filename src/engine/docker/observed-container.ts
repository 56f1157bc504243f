import type { ContainerInfo } from 'dockerode';
import type {
  ContainerState,
  HealthState,
  ObservedContainer,
  ObservedMount,
  ObservedPort,
} from '../../model/observed.ts';
import { objectAt, stringAt } from './json-fields.ts';

/** An entry of the container list as the port shows it; the list is all that is read. */
export function observedContainer(info: ContainerInfo): ObservedContainer {
  const exitCode = exitCodeIn(info.Status);
  return {
    id: info.Id,
    name: ownName(info.Names ?? []),
    state: containerState(info.State),
    health: healthState(stringAt(objectAt(info, 'Health'), 'Status') ?? healthIn(info.Status)),
    ...(exitCode === undefined ? {} : { exitCode }),
    image: info.Image,
    imageId: info.ImageID,
    labels: info.Labels ?? {},
    ports: withoutTwins((info.Ports ?? []).map(observedPort)),
    networks: addresses(info.NetworkSettings?.Networks ?? {}),
    networkIds: networkIds(info.NetworkSettings?.Networks ?? {}),
    mounts: (info.Mounts ?? []).map(observedMount),
    createdAt: new Date(info.Created * 1000),
  };
}

/** Engine words (Podman's included) for the state of a container. */
export function containerState(word: string): ContainerState {
  switch (word) {
    case 'created':
    case 'running':
    case 'paused':
    case 'restarting':
    case 'removing':
    case 'dead':
      return word;
    case 'configured':
    case 'initialized':
      return 'created';
    case 'stopping':
      return 'running';
    default:
      return 'exited';
  }
}

export function healthState(word: string | undefined): HealthState {
  return word === 'starting' || word === 'healthy' || word === 'unhealthy' ? word : 'none';
}

/** The health that `docker ps` shows in its status column: `Up 3 seconds (healthy)`. */
export function healthIn(status: string): string | undefined {
  return /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(status)?.[1];
}

/** The code in `Exited (1) 2 minutes ago` and `Restarting (1) …`. */
export function exitCodeIn(status: string): number | undefined {
  const digits = /^(?:Exited|Restarting) \((\d+)\)/.exec(status)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Links add names such as `/other/alias`; a container's own name has one slash. */
function ownName(names: readonly string[]): string {
  const own = names.find((name) => name.lastIndexOf('/') <= 0) ?? names[0] ?? '';
  return own.replace(/^\//, '');
}

function observedPort(port: ContainerInfo['Ports'][number]): ObservedPort {
  const protocol = port.Type === 'udp' || port.Type === 'sctp' ? port.Type : 'tcp';
  return {
    target: port.PrivatePort,
    protocol,
    ...(port.PublicPort ? { published: port.PublicPort } : {}),
    ...(port.IP ? { hostIp: port.IP } : {}),
  };
}

/** Drops the `::` twin that the engine lists beside each port published on `0.0.0.0`. */
export function withoutTwins(ports: readonly ObservedPort[]): ObservedPort[] {
  const key = (port: ObservedPort) => `${port.target}/${port.protocol}/${port.published}`;
  const everywhere = new Set(ports.filter((port) => port.hostIp === '0.0.0.0').map(key));
  return ports.filter((port) => port.hostIp !== '::' || !everywhere.has(key(port)));
}

interface Attached {
  readonly NetworkID?: string;
  readonly IPAddress?: string;
  readonly GlobalIPv6Address?: string;
}

/** Network name → id; empty ids, of containers that never ran, are left out. */
export function networkIds(networks: Readonly<Record<string, Attached>>): Record<string, string> {
  const entries = Object.entries(networks).map(([name, { NetworkID }]) => [name, NetworkID ?? ''] as const);
  return Object.fromEntries(entries.filter(([, id]) => id !== ''));
}

/** Network name → address of the container there. */
export function addresses(networks: Readonly<Record<string, Attached>>): Record<string, string> {
  const entries = Object.entries(networks);
  return Object.fromEntries(
    entries.map(([name, network]) => [name, network.IPAddress || network.GlobalIPv6Address || '']),
  );
}

export function observedMount(mount: {
  readonly Type: string;
  readonly Name?: string | undefined;
  readonly Source: string;
  readonly Destination: string;
}): ObservedMount {
  const { Type: type } = mount;
  const kind = type === 'volume' || type === 'bind' || type === 'tmpfs' ? type : 'other';
  return { kind, source: mount.Name ?? mount.Source ?? '', target: mount.Destination };
}
