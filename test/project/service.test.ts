import { describe, expect, it } from 'vitest';
import type { LoadOptions } from '../../src/project/load-project.ts';
import { load } from './load.ts';

async function service(lines: string, options: Partial<LoadOptions> = {}) {
  const indented = lines.trim().replaceAll(/^/gm, '    ');
  const { project } = await load(`services:\n  a:\n    image: x\n${indented}\nvolumes: {d: }\n`, options);
  return project.services['a'];
}

describe('a service', () => {
  it.each<[string, object]>([
    ['command: echo "a b"', { command: ['echo', 'a b'] }],
    ['command: []', { command: [] }],
    ['entrypoint: ""', { entrypoint: [] }],
    ['healthcheck: {test: curl x}', { healthcheck: { test: ['CMD-SHELL', 'curl x'] } }],
    ['healthcheck: {disable: true}', { healthcheck: { test: ['NONE'] } }],
    ['healthcheck: {test: [NONE]}', { healthcheck: { test: ['NONE'] } }],
    ['restart: on-failure:3', { restart: { name: 'on-failure', maximumRetryCount: 3 } }],
    ['restart: "no"', { restart: { name: 'no' } }],
    ['deploy: {restart_policy: {condition: any}}', { restart: { name: 'always' } }],
    ['deploy: {replicas: 3}', { replicas: 3 }],
    ['scale: 2', { replicas: 2 }],
    [
      'deploy: {resources: {limits: {cpus: "0.5", memory: 512m, pids: 9}}}',
      { resources: { cpus: 0.5, memoryBytes: 536_870_912, pids: 9 } },
    ],
    [
      'mem_limit: 1.5g\nmemswap_limit: -1',
      { resources: { memoryBytes: 1_610_612_736, memorySwapBytes: -1 } },
    ],
    ['stop_grace_period: 1m', { stopGracePeriodMs: 60_000 }],
    ['pull_policy: if_not_present', { pullPolicy: 'missing' }],
    ['privileged: "true"\ninit: ${NO:-false}', { host: { privileged: true, init: false } }],
    [
      'devices: ["/dev/a:/dev/b:r", /dev/c]',
      {
        host: {
          devices: [
            { target: '/dev/b', permissions: 'r' },
            { target: '/dev/c', permissions: 'rwm' },
          ],
        },
      },
    ],
    ['tmpfs: ["/run:size=1m", /tmp]', { host: { tmpfs: { '/run': 'size=1m', '/tmp': '' } } }],
    ['ulimits: {nproc: 5}', { host: { ulimits: [{ name: 'nproc', soft: 5, hard: 5 }] } }],
    ['extra_hosts: ["a:1.2.3.4", "b=::1"]', { host: { extraHosts: ['a:1.2.3.4', 'b:::1'] } }],
    ['volumes: [/anonymous]', { mounts: [{ kind: 'volume', target: '/anonymous', readOnly: false }] }],
    [
      'volumes: ["~/x:/x:ro,z"]',
      { mounts: [{ kind: 'bind', source: '/home/me/x', readOnly: true, selinux: 'z' }] },
    ],
    ['volumes: ["d:/x:nocopy"]', { mounts: [{ kind: 'volume', volume: 'd', nocopy: true }] }],
    [
      'volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1m, mode: 0700}}]',
      { mounts: [{ kind: 'tmpfs', sizeBytes: 1_048_576, mode: 448 }] },
    ],
    ['network_mode: host', { networkMode: 'host', networks: {} }],
    [
      'environment: {A: 1.10, B: true, C: , D: "", HOME: , N: 0x10}',
      { environment: { A: '1.1', B: 'true', D: '', HOME: '/home/me', N: '16' } },
    ],
    ['expose: [80, "81"]', { expose: ['80', '81'] }],
    [
      'networks: {default: {aliases: [z], ipv4_address: 10.0.0.2}}',
      { networks: { default: { aliases: ['z'], ipv4Address: '10.0.0.2', priority: 0 } } },
    ],
  ])('%s', async (lines, expected) => {
    await expect(service(lines, { environment: { HOME: '/home/me' } })).resolves.toMatchObject(expected);
  });

  it('drops variables that have no value anywhere', async () => {
    expect((await service('environment: [A, B=1]'))?.environment).toEqual({ B: '1' });
  });

  it('reads x-orq with absolute paths', async () => {
    const it = await service(`
x-orq:
  probe: {kind: postgres, user: me}
  url: http://localhost:80
  database: {migrations: ../db/migrations, seed: seed.sql}
  embedded: {kind: process, command: node x.js, environment: [A=1]}
`);
    expect(it?.orq).toEqual({
      probe: { kind: 'postgres', port: 5432, user: 'me', database: 'me' },
      url: 'http://localhost:80',
      database: { migrations: '/db/migrations', seed: '/app/seed.sql' },
      embedded: { kind: 'process', command: ['node', 'x.js'], environment: { A: '1' } },
    });
  });

  it('mounts configs and secrets that are files', async () => {
    const { project } = await load(`
services:
  a: {image: x, configs: [c, {source: c, target: /etc/c}], secrets: [s, {source: s, target: other}]}
configs: {c: {file: ./c.txt}}
secrets: {s: {file: ./s.txt}}
`);
    const targets = project.services['a']?.mounts.map((mount) => [mount.target, mount.readOnly]);
    expect(targets).toEqual([
      ['/c', true],
      ['/etc/c', true],
      ['/run/secrets/s', true],
      ['/run/secrets/other', true],
    ]);
  });

  it('reads env_file in order, under environment', async () => {
    const { project } = await load(
      {
        'compose.yaml': `
services:
  a:
    image: x
    env_file: [one.env, {path: two.env, required: false}, {path: gone.env, required: false}, {path: raw.env, format: raw}]
    environment: {C: own}
`,
        'one.env': 'A=1\nB=1\nC=1\n',
        'two.env': 'B=2$A\nSHELL_ONLY\n',
        'raw.env': 'R="$A"',
      },
      { environment: { SHELL_ONLY: 'sh' } },
    );
    expect(project.services['a']?.environment).toEqual({
      A: '1',
      B: '21',
      C: 'own',
      SHELL_ONLY: 'sh',
      R: '"$A"',
    });
  });

  it('attaches to the network with the highest priority first', async () => {
    const { project } = await load(
      'services: {a: {image: x, networks: {n: , m: {priority: 5}}}}\nnetworks: {n: {name: own}, m: {external: true}}',
    );
    expect(Object.keys(project.services['a']?.networks ?? {})).toEqual(['m', 'n']);
    expect(project.networks).toMatchObject({
      n: { name: 'own', external: false },
      m: { name: 'm', external: true },
    });
    expect(project.networks['default']).toBeUndefined();
  });

  it('keeps only volumes and networks that are used', async () => {
    const { project } = await load(
      'services: {a: {image: x, volumes: [d:/d]}}\nnetworks: {n: }\nvolumes: {d: {labels: [a=b]}, e: }'
        .replace('d:/d', 'dd:/d')
        .replace('{d:', '{dd:'),
    );
    expect(Object.keys(project.networks)).toEqual(['default']);
    expect(project.volumes).toMatchObject({ dd: { name: 'app_dd', labels: { a: 'b' } } });
  });
});

describe("Compose's profiles", () => {
  const source = `
services:
  web: {image: x}
  admin: {image: x, profiles: [tools], depends_on: [cache]}
  cache: {image: x, profiles: [cache]}
  maybe: {image: x, depends_on: {cache: {condition: service_started, required: false}}}
`;
  it.each<[string, Partial<LoadOptions>, string[]]>([
    ['none', {}, ['web', 'maybe']],
    ['flags', { composeProfiles: ['tools', 'cache'] }, ['web', 'admin', 'cache', 'maybe']],
    ['all', { composeProfiles: ['*'] }, ['web', 'admin', 'cache', 'maybe']],
    ['COMPOSE_PROFILES', { environment: { COMPOSE_PROFILES: 'cache, x' } }, ['web', 'cache', 'maybe']],
    ['a target and what it needs', { targets: ['admin'] }, ['web', 'admin', 'cache', 'maybe']],
  ])('%s', async (_, options, names) => {
    const { project } = await load(source, options);
    expect(Object.keys(project.services)).toEqual(names);
    expect(project.disabledServices).toEqual(
      ['web', 'admin', 'cache', 'maybe'].filter((it) => !names.includes(it)),
    );
    expect(Object.keys(project.services['maybe']?.dependsOn ?? {})).toEqual(
      names.includes('cache') ? ['cache'] : [],
    );
  });
});

describe('warnings', () => {
  it('tells of unset variables once, of version and of what has no effect', async () => {
    const { project } = await load(
      'version: "3"\nservices: {a: {image: "x$A${A}", deploy: {resources: {reservations: {cpus: 1}}}}}',
    );
    expect(project.warnings).toEqual([
      'The variable A is not set; an empty text stands for it.',
      'services.a.deploy.resources.reservations.cpus has no effect: only a cluster schedules by it',
      '/app/compose.yaml: the key "version" is obsolete and has no effect.',
    ]);
  });

  it('takes what other tools and clusters act on', async () => {
    const deploy = 'deploy: {update_config: {order: start-first}, placement: {constraints: [a == b]}}';
    const watch = 'develop: {watch: [{action: sync, path: ., target: /app}]}';
    const { project } = await load(`services: {a: {image: x, attach: false, ${watch}, ${deploy}}}`);
    expect(project.warnings).toEqual([
      'services.a.attach has no effect: up attaches to no output, orq logs shows that of any service',
      'services.a.develop has no effect: only docker compose watch acts on it',
      'services.a.deploy.update_config has no effect: only a cluster schedules by it',
      'services.a.deploy.placement has no effect: only a cluster schedules by it',
    ]);
  });
});
