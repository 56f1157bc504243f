import { describe, expect, it } from 'vitest';
import { containerBody, expandExpose } from '../../../src/engine/docker/container-body.ts';
import { laterEndpoints } from '../../../src/engine/docker/network-endpoints.ts';
import type { ContainerSpec } from '../../../src/engine/engine.ts';

const plain: ContainerSpec = {
  name: 'shop-web-1',
  service: 'web',
  image: 'web:1',
  entrypoint: null,
  command: null,
  environment: { A: '1', B: 'x=y' },
  labels: { l: 'v' },
  ports: [],
  expose: [],
  mounts: [],
  networks: {},
  restart: { name: 'no' },
  resources: {},
  stopGracePeriodMs: 1500,
  host: {},
};

/** What really goes over the wire: JSON drops what is undefined. */
function wire(spec: ContainerSpec, apiVersion = '1.41'): unknown {
  return JSON.parse(JSON.stringify(containerBody(spec, apiVersion)));
}

describe('containerBody', () => {
  it('keeps the entrypoint and command of the image unless they are given', () => {
    expect(wire(plain)).not.toHaveProperty('Cmd');
    expect(wire(plain)).not.toHaveProperty('Entrypoint');
    expect(wire({ ...plain, entrypoint: [], command: ['x'] })).toMatchObject({ Entrypoint: [], Cmd: ['x'] });
  });

  it('writes environment, labels and the stop timeout', () => {
    expect(wire(plain)).toMatchObject({ Env: ['A=1', 'B=x=y'], Labels: { l: 'v' }, StopTimeout: 2 });
  });

  it('publishes ports, with free choice where none is wished', () => {
    const ports = [
      { target: 80, published: 8080, hostIp: '127.0.0.1', protocol: 'tcp' },
      { target: 80, protocol: 'tcp' },
      { target: 53, published: 53, protocol: 'udp' },
    ] as const;
    expect(wire({ ...plain, ports, expose: ['9000-9001'] })).toMatchObject({
      ExposedPorts: { '80/tcp': {}, '53/udp': {}, '9000/tcp': {}, '9001/tcp': {} },
      HostConfig: {
        PortBindings: {
          '80/tcp': [
            { HostIp: '127.0.0.1', HostPort: '8080' },
            { HostIp: '', HostPort: '' },
          ],
          '53/udp': [{ HostIp: '', HostPort: '53' }],
        },
      },
    });
  });

  it('expands exposed ranges', () => {
    expect(expandExpose('80/udp')).toEqual(['80/udp']);
    expect(expandExpose('1-3')).toEqual(['1/tcp', '2/tcp', '3/tcp']);
  });

  it('writes health checks in nanoseconds, newer fields only for newer engines', () => {
    const healthcheck = { test: ['CMD', 'true'], intervalMs: 1000, startIntervalMs: 500, retries: 3 };
    expect(wire({ ...plain, healthcheck })).toHaveProperty('Healthcheck', {
      Test: ['CMD', 'true'],
      Interval: 1e9,
      Retries: 3,
    });
    expect(wire({ ...plain, healthcheck }, '1.44')).toHaveProperty('Healthcheck.StartInterval', 5e8);
  });

  it('mounts: old form for folders that are made, structured form for the rest', () => {
    const mounts = [
      { kind: 'bind', source: '/a', target: '/b', readOnly: true, createHostPath: true, selinux: 'z' },
      { kind: 'bind', source: '/c', target: '/d', readOnly: false, createHostPath: false },
      { kind: 'volume', source: 'data', target: '/e', readOnly: false, nocopy: true },
      { kind: 'volume', target: '/f', readOnly: false },
      { kind: 'tmpfs', target: '/g', readOnly: false, sizeBytes: 10, mode: 0o700 },
    ] as const;
    expect(wire({ ...plain, mounts })).toMatchObject({
      HostConfig: {
        Binds: ['/a:/b:ro,z'],
        Mounts: [
          { Type: 'bind', Source: '/c', Target: '/d', ReadOnly: false },
          { Type: 'volume', Source: 'data', Target: '/e', VolumeOptions: { NoCopy: true } },
          { Type: 'volume', Target: '/f' },
          { Type: 'tmpfs', Target: '/g', TmpfsOptions: { SizeBytes: 10, Mode: 0o700 } },
        ],
      },
    });
  });

  it('refuses a subfolder of a volume where the engine has none', () => {
    const mounts = [{ kind: 'volume', source: 'data', target: '/e', readOnly: false, subpath: 'x' } as const];
    expect(() => containerBody({ ...plain, mounts }, '1.44')).toThrow(/subfolder/);
    expect(wire({ ...plain, mounts }, '1.45')).toHaveProperty(
      'HostConfig.Mounts[0].VolumeOptions.Subpath',
      'x',
    );
  });

  it('attaches the first network at creation and the others later, all at once where that is possible', () => {
    const networks = {
      front: { aliases: ['shop', 'web'], priority: 2, ipv4Address: '10.0.0.9' },
      back: { aliases: [], priority: 1 },
    };
    const first = { Aliases: ['shop', 'web'], IPAMConfig: { IPv4Address: '10.0.0.9' } };
    expect(wire({ ...plain, networks })).toMatchObject({
      HostConfig: { NetworkMode: 'front' },
      NetworkingConfig: { EndpointsConfig: { front: first } },
    });
    expect(laterEndpoints({ ...plain, networks }, '1.43').map(({ network }) => network)).toEqual(['back']);
    expect(wire({ ...plain, networks }, '1.44')).toHaveProperty('NetworkingConfig.EndpointsConfig', {
      front: first,
      back: { Aliases: ['web'] },
    });
    expect(laterEndpoints({ ...plain, networks }, '1.44')).toEqual([]);
  });

  it('writes limits and settings of the host', () => {
    const spec: ContainerSpec = {
      ...plain,
      resources: { cpus: 0.5, memoryBytes: 1024, pids: 10 },
      restart: { name: 'on-failure', maximumRetryCount: 3 },
      logging: { driver: 'local', options: { 'max-size': '1m' } },
      host: {
        init: true,
        user: '1000',
        ulimits: [{ name: 'nofile', soft: 1, hard: 2 }],
        devices: [{ source: '/dev/a', target: '/dev/b', permissions: 'r' }],
        extraHosts: ['x:1.2.3.4'],
      },
    };
    expect(wire(spec)).toMatchObject({
      User: '1000',
      HostConfig: {
        NanoCpus: 5e8,
        Memory: 1024,
        PidsLimit: 10,
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
        LogConfig: { Type: 'local', Config: { 'max-size': '1m' } },
        Init: true,
        Ulimits: [{ Name: 'nofile', Soft: 1, Hard: 2 }],
        Devices: [{ PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'r' }],
        ExtraHosts: ['x:1.2.3.4'],
      },
    });
  });
});
