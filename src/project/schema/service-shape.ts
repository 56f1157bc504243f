import { buildShape } from './build-shape.ts';
import { deployShape } from './deploy-shape.ts';
import { extensionShape } from './extension-shape.ts';
import {
  all,
  boolean,
  choice,
  duration,
  either,
  ignored,
  integer,
  list,
  map,
  nullable,
  number,
  object,
  scalar,
  size,
  text,
  unsupported,
  type ObjectShape,
} from './shape.ts';

const oneOrMore = either(text, list(text));
const scalarMapOrList = either(map(nullable(scalar)), list(scalar));
const command = nullable(either(scalar, list(scalar)));

const dependency = object({
  condition: choice(['service_started', 'service_healthy', 'service_completed_successfully']),
  required: boolean,
  restart: boolean,
});

const healthcheck = object({
  ...all('interval timeout start_period start_interval', duration),
  test: either(text, list(scalar)),
  retries: integer,
  disable: boolean,
});

const port = object(
  {
    target: integer,
    published: scalar,
    mode: choice(['host', 'ingress']),
    protocol: choice(['tcp', 'udp', 'sctp']),
    ...all('host_ip name app_protocol', text),
  },
  ['target'],
);

const volume = object(
  {
    type: choice(['volume', 'bind', 'tmpfs'], ['npipe', 'cluster', 'image']),
    ...all('source target consistency', text),
    read_only: boolean,
    bind: object({
      propagation: choice(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']),
      create_host_path: boolean,
      selinux: choice(['z', 'Z']),
      recursive: unsupported,
    }),
    volume: object({ nocopy: boolean, subpath: text, labels: unsupported }),
    tmpfs: object({ size, mode: scalar }),
    image: unsupported,
  },
  ['type'],
);

const attachment = nullable(
  object({
    ...all('aliases link_local_ips', list(text)),
    ...all('ipv4_address ipv6_address mac_address', text),
    priority: number,
    ...all('gw_priority interface_name driver_opts', unsupported),
  }),
);

const mountedFile = object({ ...all('source target uid gid', scalar), mode: scalar }, ['source']);

const envFile = object({ path: text, required: boolean, format: choice(['raw']) }, ['path']);

const unsupportedKeys =
  'blkio_config cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime ' +
  'credential_spec external_links gpus label_file models post_start pre_stop provider use_api_socket ' +
  'volumes_from';

/** Every key that the specification knows under a service. */
export const serviceShape: ObjectShape = object({
  ...all(unsupportedKeys, unsupported),
  ...all('init oom_kill_disable privileged read_only stdin_open tty', boolean),
  ...all('cgroup_parent container_name cpuset domainname hostname image ipc isolation mac_address', text),
  ...all('network_mode pid platform runtime stop_signal userns_mode uts working_dir', text),
  ...all('cap_add cap_drop device_cgroup_rules group_add links profiles security_opt', list(scalar)),
  ...all('annotations environment labels storage_opt sysctls', scalarMapOrList),
  ...all('dns dns_opt dns_search tmpfs', oneOrMore),
  ...all('mem_limit mem_reservation memswap_limit shm_size', size),
  ...all('command entrypoint', command),
  ...all('configs secrets', list(either(text, mountedFile))),
  attach: ignored('up attaches to no output, orq logs shows that of any service'),
  build: either(text, buildShape),
  cgroup: choice(['host', 'private']),
  cpu_shares: number,
  cpus: number,
  depends_on: either(list(text), map(dependency)),
  deploy: deployShape,
  develop: ignored('only docker compose watch acts on it'),
  devices: list(either(text, object({ ...all('source target permissions', text) }, ['source']))),
  env_file: either(text, list(either(text, envFile))),
  expose: list(scalar),
  extends: either(text, object({ service: text, file: text }, ['service'])),
  extra_hosts: either(list(text), map(either(text, list(text)))),
  healthcheck,
  logging: object({ driver: text, options: map(nullable(scalar)) }),
  mem_swappiness: integer,
  networks: either(list(text), map(attachment)),
  oom_score_adj: integer,
  pids_limit: integer,
  ports: list(either(scalar, port)),
  pull_policy: choice(
    ['always', 'never', 'missing', 'if_not_present', 'build'],
    ['daily', 'weekly', 'refresh'],
  ),
  restart: text,
  scale: integer,
  stop_grace_period: duration,
  ulimits: map(either(integer, object({ soft: integer, hard: integer }, ['soft', 'hard']))),
  user: scalar,
  volumes: list(either(text, volume)),
  'x-orq': extensionShape,
});
