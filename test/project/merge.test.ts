import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/model/service.ts';
import { load } from './load.ts';

const top = 'networks: {n: , m: }\nvolumes: {d: , e: }\n';
const file = (lines: string) => `services:\n  b: {image: y}\n  a:\n    image: x\n    ${lines}\n${top}`;

async function merge(base: string, over: string): Promise<Service | undefined> {
  const override = `services:\n  a:\n    ${over}\n`;
  const { project } = await load({ 'compose.yaml': file(base), 'compose.override.yaml': override });
  return project.services['a'];
}

describe('merging files', () => {
  it.each<[string, string, string, object]>([
    ['scalars', 'user: a', 'user: b', { host: { user: 'b' } }],
    ['command', 'command: [a, b]', 'command: c', { command: ['c'] }],
    ['command taken away', 'command: [a, b]', 'command:', { command: null }],
    ['entrypoint', 'entrypoint: [a, b]', 'entrypoint: [c]', { entrypoint: ['c'] }],
    [
      'healthcheck',
      'healthcheck: {test: [CMD, a], retries: 3}',
      'healthcheck: {test: b, interval: 1s}',
      { healthcheck: { test: ['CMD-SHELL', 'b'], retries: 3, intervalMs: 1000 } },
    ],
    [
      'a list over a map',
      'environment: {A: 1, B: 2}',
      'environment: [B=3, C=4]',
      { environment: { A: '1', B: '3', C: '4' } },
    ],
    ['a map over a list', 'labels: [a=1, b]', 'labels: {b: 2}', { labels: { a: '1', b: '2' } }],
    ['an empty value', 'labels: [a=1]', 'labels:', { labels: { a: '1' } }],
    ['lists', 'cap_add: [A, B]', 'cap_add: [B, C]', { host: { capAdd: ['A', 'B', 'C'] } }],
    ['one or many', 'dns: 1.1.1.1', 'dns: [2.2.2.2, 1.1.1.1]', { host: { dns: ['1.1.1.1', '2.2.2.2'] } }],
    [
      'extra_hosts',
      'extra_hosts: [a=1.1.1.1]',
      'extra_hosts: {b: "[::1]"}',
      { host: { extraHosts: ['a:1.1.1.1', 'b:::1'] } },
    ],
    [
      'ulimits',
      'ulimits: {nofile: 1}',
      'ulimits: {nofile: {soft: 2, hard: 3}}',
      { host: { ulimits: [{ name: 'nofile', soft: 2, hard: 3 }] } },
    ],
    [
      'ports',
      'ports: ["80:80", "127.0.0.1:81:81"]',
      'ports: ["80:80/tcp", {target: 81, published: "82"}]',
      {
        ports: [
          { target: 80, published: 80, protocol: 'tcp' },
          { target: 81, published: 81, hostIp: '127.0.0.1', protocol: 'tcp' },
          { target: 81, published: 82, protocol: 'tcp' },
        ],
      },
    ],
    [
      'volumes by target',
      'volumes: [d:/x, ./s:/y]',
      'volumes: [e:/x:ro]'.replace('e:', 'd:'),
      {
        mounts: [
          { kind: 'volume', volume: 'd', target: '/x', readOnly: true },
          { kind: 'bind', source: '/app/s', target: '/y', readOnly: false, createHostPath: true },
        ],
      },
    ],
    [
      'depends_on',
      'depends_on: [b]',
      'depends_on: {b: {condition: service_healthy, restart: true}}',
      { dependsOn: { b: { condition: 'service_healthy', required: true, restart: true } } },
    ],
    [
      'networks',
      'networks: [n]',
      'networks: {n: {aliases: [z]}, m: }',
      { networks: { n: { aliases: ['z'], priority: 0 }, m: { aliases: [], priority: 0 } } },
    ],
    [
      'logging of one driver',
      'logging: {driver: local, options: {a: "1"}}',
      'logging: {options: {b: "2"}}',
      { logging: { driver: 'local', options: { a: '1', b: '2' } } },
    ],
    [
      'logging of another driver',
      'logging: {driver: local, options: {a: "1"}}',
      'logging: {driver: syslog, options: {b: "2"}}',
      { logging: { driver: 'syslog', options: { b: '2' } } },
    ],
    ['!reset of a list', 'ports: ["80:80"]', 'ports: !reset []', { ports: [] }],
    ['!reset of a scalar', 'container_name: c', 'container_name: !reset null', { name: 'a' }],
    ['!override', 'environment: {A: 1}', 'environment: !override {B: 2}', { environment: { B: '2' } }],
    ['!override of a list', 'ports: ["80:80"]', 'ports: !override ["81:81"]', { ports: [{ published: 81 }] }],
  ])('%s', async (_, base, over, expected) => {
    const service = await merge(base, over);
    expect(service).toMatchObject(expected);
    expect(service?.containerName).toBeUndefined();
  });

  it('merges documents of one file in order', async () => {
    const { project } = await load('services: {a: {image: x}}\n---\nservices: {a: {image: y}}\n');
    expect(project.services['a']?.image).toBe('y');
  });

  it('takes the later name', async () => {
    const { project } = await load(
      {
        'a.yaml': 'name: one\nservices: {a: {image: x}}',
        'sub/b.yaml': 'name: two\nservices: {a: {volumes: [./x:/x]}}',
      },
      { files: ['a.yaml', 'sub/b.yaml'] },
    );
    expect(project.name).toBe('two');
    expect(project.files).toEqual(['/app/a.yaml', '/app/sub/b.yaml']);
    expect(project.services['a']?.mounts).toMatchObject([{ source: '/app/x' }]);
  });

  it('knows anchors, merge keys and lists of them', async () => {
    const { project } = await load(`
x-a: &a {environment: {A: 1}, user: a}
x-b: &b {user: b, hostname: h}
services:
  one: {<<: *a, image: x, x-mine: anything}
  two: {<<: [*a, *b], image: x}
`);
    expect(project.services['one']).toMatchObject({ environment: { A: '1' }, host: { user: 'a' } });
    expect(project.services['two']).toMatchObject({ host: { user: 'a', hostname: 'h' } });
  });
});
