import type { HostSettings, Resources } from '../../model/service.ts';
import type { ContainerSpec } from '../engine.ts';
import { isAtLeast } from './api-version.ts';
import { bindsOf, mountsOf } from './mounts.ts';

/** The part of a container's creation that concerns the machine it runs on. */
export function hostConfig(spec: ContainerSpec, apiVersion: string) {
  const { host, logging } = spec;
  return {
    NetworkMode: spec.networkMode ?? Object.keys(spec.networks)[0],
    Binds: bindsOf(spec.mounts),
    Mounts: mountsOf(spec.mounts, apiVersion),
    PortBindings: portBindings(spec),
    RestartPolicy: { Name: spec.restart.name, MaximumRetryCount: spec.restart.maximumRetryCount },
    LogConfig: logging === undefined ? undefined : { Type: logging.driver, Config: logging.options },
    ...resourceLimits(spec.resources),
    ...namespaces(host),
    ...permissions(host),
    ...resolution(host),
    Init: host.init,
    Tmpfs: host.tmpfs,
    ShmSize: host.shmSizeBytes,
    StorageOpt: host.storageOpt,
    Sysctls: host.sysctls,
    Runtime: host.runtime,
    Isolation: host.isolation,
    OomKillDisable: host.oomKillDisable,
    OomScoreAdj: host.oomScoreAdj,
    Annotations: isAtLeast(apiVersion, '1.43') ? host.annotations : undefined,
    Ulimits: host.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
  };
}

function portBindings(spec: ContainerSpec) {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { target, protocol, hostIp, published } of spec.ports) {
    const own = (bindings[`${target}/${protocol}`] ??= []);
    own.push({ HostIp: hostIp ?? '', HostPort: published === undefined ? '' : String(published) });
  }
  return bindings;
}

function resourceLimits(resources: Resources) {
  return {
    NanoCpus: resources.cpus === undefined ? undefined : Math.round(resources.cpus * 1e9),
    CpuShares: resources.cpuShares,
    CpusetCpus: resources.cpuset,
    Memory: resources.memoryBytes,
    MemoryReservation: resources.memoryReservationBytes,
    MemorySwap: resources.memorySwapBytes,
    MemorySwappiness: resources.memorySwappiness,
    PidsLimit: resources.pids,
  };
}

function namespaces(host: HostSettings) {
  return {
    IpcMode: host.ipc,
    PidMode: host.pid,
    UTSMode: host.uts,
    CgroupnsMode: host.cgroup,
    CgroupParent: host.cgroupParent,
    UsernsMode: host.usernsMode,
  };
}

function permissions(host: HostSettings) {
  return {
    Privileged: host.privileged,
    ReadonlyRootfs: host.readOnly,
    CapAdd: host.capAdd,
    CapDrop: host.capDrop,
    GroupAdd: host.groupAdd,
    SecurityOpt: host.securityOpt,
    DeviceCgroupRules: host.deviceCgroupRules,
    Devices: host.devices?.map(({ source, target, permissions: access }) => ({
      PathOnHost: source,
      PathInContainer: target,
      CgroupPermissions: access,
    })),
  };
}

function resolution(host: HostSettings) {
  return {
    Dns: host.dns,
    DnsOptions: host.dnsOptions,
    DnsSearch: host.dnsSearch,
    ExtraHosts: host.extraHosts,
  };
}
