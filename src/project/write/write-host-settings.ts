import type { HostSettings } from '../../model/service.ts';
import { compact } from './compact.ts';

/** Settings that go to the engine as they are, under their Compose names. */
export function writeHostSettings(host: HostSettings): Record<string, unknown> {
  return compact({ ...writeIdentity(host), ...writeLists(host), ...writeKernel(host) });
}

function writeIdentity(host: HostSettings): Record<string, unknown> {
  return {
    user: host.user,
    working_dir: host.workingDir,
    hostname: host.hostname,
    domainname: host.domainname,
    mac_address: host.macAddress,
    init: host.init,
    privileged: host.privileged,
    read_only: host.readOnly,
    tty: host.tty,
    stdin_open: host.stdinOpen,
    runtime: host.runtime,
    isolation: host.isolation,
  };
}

function writeLists(host: HostSettings): Record<string, unknown> {
  return {
    cap_add: host.capAdd,
    cap_drop: host.capDrop,
    devices: host.devices,
    device_cgroup_rules: host.deviceCgroupRules,
    dns: host.dns,
    dns_opt: host.dnsOptions,
    dns_search: host.dnsSearch,
    extra_hosts: host.extraHosts?.map((entry) => entry.replace(':', '=')),
    group_add: host.groupAdd,
    security_opt: host.securityOpt,
    tmpfs: host.tmpfs === undefined ? undefined : writeTmpfs(host.tmpfs),
  };
}

function writeKernel(host: HostSettings): Record<string, unknown> {
  const limits = host.ulimits?.map(({ name, soft, hard }) => [name, { soft, hard }]);
  return {
    sysctls: host.sysctls,
    ulimits: limits === undefined ? undefined : Object.fromEntries(limits),
    storage_opt: host.storageOpt,
    shm_size: host.shmSizeBytes,
    ipc: host.ipc,
    pid: host.pid,
    uts: host.uts,
    cgroup: host.cgroup,
    cgroup_parent: host.cgroupParent,
    userns_mode: host.usernsMode,
    oom_kill_disable: host.oomKillDisable,
    oom_score_adj: host.oomScoreAdj,
    annotations: host.annotations,
  };
}

function writeTmpfs(mounts: Readonly<Record<string, string>>): string[] {
  return Object.entries(mounts).map(([path, options]) => (options === '' ? path : `${path}:${options}`));
}
