import type { HostSettings } from '../../model/service.ts';
import type { Tree } from '../tree.ts';
import { boolean, field, fields, items, number, text, texts, textMap } from '../tree-fields.ts';
import { defined } from './optional.ts';
import { readSize } from './read-resources.ts';

/** Settings that the engine receives as they are. */
export function readHostSettings(service: Tree): HostSettings {
  return {
    ...readIdentity(service),
    ...readSwitches(service),
    ...readLists(service),
    ...readKernel(service),
  };
}

function readIdentity(service: Tree): HostSettings {
  const get = (key: string) => text(field(service, key));
  return defined({
    user: get('user'),
    workingDir: get('working_dir'),
    hostname: get('hostname'),
    domainname: get('domainname'),
    macAddress: get('mac_address'),
    ipc: get('ipc'),
    pid: get('pid'),
    uts: get('uts'),
    cgroup: get('cgroup'),
    cgroupParent: get('cgroup_parent'),
    usernsMode: get('userns_mode'),
    runtime: get('runtime'),
    isolation: get('isolation'),
  });
}

function readSwitches(service: Tree): HostSettings {
  const get = (key: string) => boolean(field(service, key));
  return defined({
    init: get('init'),
    privileged: get('privileged'),
    readOnly: get('read_only'),
    tty: get('tty'),
    stdinOpen: get('stdin_open'),
    oomKillDisable: get('oom_kill_disable'),
  });
}

function readLists(service: Tree): HostSettings {
  const get = (key: string) => {
    const list = texts(field(service, key));
    return list.length === 0 ? undefined : list;
  };
  return defined({
    capAdd: get('cap_add'),
    capDrop: get('cap_drop'),
    deviceCgroupRules: get('device_cgroup_rules'),
    dns: get('dns'),
    dnsOptions: get('dns_opt'),
    dnsSearch: get('dns_search'),
    extraHosts: get('extra_hosts'),
    groupAdd: get('group_add'),
    securityOpt: get('security_opt'),
  });
}

function readKernel(service: Tree): HostSettings {
  return defined({
    devices: readDevices(field(service, 'devices')),
    sysctls: readMap(field(service, 'sysctls')),
    storageOpt: readMap(field(service, 'storage_opt')),
    annotations: readMap(field(service, 'annotations')),
    ulimits: readUlimits(field(service, 'ulimits')),
    tmpfs: readTmpfs(field(service, 'tmpfs')),
    shmSizeBytes: readSize(field(service, 'shm_size')),
    oomScoreAdj: number(field(service, 'oom_score_adj')),
  });
}

function readMap(tree: Tree | undefined): Record<string, string> | undefined {
  return tree?.kind === 'mapping' ? textMap(tree) : undefined;
}

function readDevices(tree: Tree | undefined): HostSettings['devices'] {
  if (tree?.kind !== 'sequence') return undefined;
  return items(tree).map((device) => {
    const source = text(field(device, 'source')) ?? '';
    const target = text(field(device, 'target')) ?? source;
    return { source, target, permissions: text(field(device, 'permissions')) ?? 'rwm' };
  });
}

function readUlimits(tree: Tree | undefined): HostSettings['ulimits'] {
  if (tree?.kind !== 'mapping') return undefined;
  return fields(tree).map(([name, limit]) => {
    const single = number(limit);
    const soft = single ?? number(field(limit, 'soft')) ?? 0;
    return { name, soft, hard: single ?? number(field(limit, 'hard')) ?? soft };
  });
}

function readTmpfs(tree: Tree | undefined): HostSettings['tmpfs'] {
  if (tree?.kind !== 'sequence') return undefined;
  const mounts = texts(tree).map((mount): [string, string] => {
    const [path = '', ...options] = mount.split(':');
    return [path, options.join(':')];
  });
  return Object.fromEntries(mounts);
}
