import type {
  Healthcheck,
  Mount,
  NetworkAttachment,
  PortMapping,
  RestartPolicy,
  Service,
} from '../../model/service.ts';
import { formatDuration } from '../quantities.ts';
import { writeBuild } from './write-build.ts';
import { writeExtension } from './write-extension.ts';
import { writeHostSettings } from './write-host-settings.ts';
import { compact } from './compact.ts';

type Plain = Record<string, unknown>;

/** A service as Compose writes it. */
export function writeService(service: Service): Plain {
  const { resources, healthcheck, replicas, stopGracePeriodMs } = service;
  return {
    image: service.image,
    ...compact({
      build: service.build === undefined ? undefined : writeBuild(service.build),
      container_name: service.containerName,
      pull_policy: service.pullPolicy === 'missing' ? undefined : service.pullPolicy,
      platform: service.platform,
      environment: service.environment,
      ports: service.ports.map(writePort),
      expose: service.expose,
      volumes: service.mounts.map(writeMount),
      networks: writeNetworks(service.networks),
      network_mode: service.networkMode,
      depends_on: service.dependsOn,
      healthcheck: healthcheck === undefined ? undefined : writeHealthcheck(healthcheck),
      restart: service.restart.name === 'no' ? undefined : writeRestart(service.restart),
      scale: replicas === 1 ? undefined : replicas,
      labels: service.labels,
      stop_signal: service.stopSignal,
      stop_grace_period: stopGracePeriodMs === 10_000 ? undefined : formatDuration(stopGracePeriodMs),
      logging: service.logging,
      'x-orq': writeExtension(service.orq),
    }),
    ...(service.command === null ? {} : { command: service.command }),
    ...(service.entrypoint === null ? {} : { entrypoint: service.entrypoint }),
    ...writeResources(resources),
    ...writeHostSettings(service.host),
  };
}

function writePort({ target, published, hostIp, protocol }: PortMapping): Plain {
  const host = published === undefined ? undefined : String(published);
  return compact({ target, published: host, host_ip: hostIp, protocol });
}

function writeMount(mount: Mount): Plain {
  const { kind: type, target } = mount;
  const shared = { type, target, read_only: mount.readOnly || undefined };
  if (mount.kind === 'bind') {
    const { createHostPath: create_host_path, propagation, selinux } = mount;
    return compact({
      ...shared,
      source: mount.source,
      bind: compact({ create_host_path, propagation, selinux }),
    });
  }
  if (mount.kind === 'tmpfs') {
    return compact({ ...shared, tmpfs: compact({ size: mount.sizeBytes, mode: mount.mode }) });
  }
  const { volume: source, nocopy, subpath } = mount;
  return compact({ ...shared, source, volume: compact({ nocopy, subpath }) });
}

function writeNetworks(networks: Readonly<Record<string, NetworkAttachment>>): Plain {
  return Object.fromEntries(Object.entries(networks).map(([key, it]) => [key, writeAttachment(it)]));
}

function writeAttachment(attachment: NetworkAttachment): Plain | null {
  const { aliases, ipv4Address, ipv6Address, linkLocalIps, macAddress, priority } = attachment;
  const written = compact({
    aliases,
    ipv4_address: ipv4Address,
    ipv6_address: ipv6Address,
    link_local_ips: linkLocalIps,
    mac_address: macAddress,
    priority: priority || undefined,
  });
  return Object.keys(written).length === 0 ? null : written;
}

function writeHealthcheck(check: Healthcheck): Plain {
  if (check.test?.[0] === 'NONE') return { disable: true };
  return compact({
    test: check.test,
    interval: optionalDuration(check.intervalMs),
    timeout: optionalDuration(check.timeoutMs),
    start_period: optionalDuration(check.startPeriodMs),
    start_interval: optionalDuration(check.startIntervalMs),
    retries: check.retries,
  });
}

function optionalDuration(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : formatDuration(milliseconds);
}

function writeRestart({ name, maximumRetryCount }: RestartPolicy): string {
  return maximumRetryCount === undefined ? name : `${name}:${maximumRetryCount}`;
}

function writeResources(resources: Service['resources']): Plain {
  return compact({
    cpus: resources.cpus,
    cpu_shares: resources.cpuShares,
    cpuset: resources.cpuset,
    mem_limit: resources.memoryBytes,
    mem_reservation: resources.memoryReservationBytes,
    memswap_limit: resources.memorySwapBytes,
    mem_swappiness: resources.memorySwappiness,
    pids_limit: resources.pids,
  });
}
