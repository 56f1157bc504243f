import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../src/engine/docker/container-details.ts';
import {
  containerState,
  exitCodeIn,
  healthIn,
  healthState,
  withoutTwins,
} from '../../../src/engine/docker/observed-container.ts';
import { toEvent } from '../../../src/engine/docker/events.ts';
import { reachContainer } from '../../../src/engine/docker/reach.ts';
import { computeStats } from '../../../src/engine/docker/stats.ts';
import { parseEndpoint } from '../../../src/engine/docker/endpoint.ts';
import type { ObservedContainer } from '../../../src/model/observed.ts';

describe('what a list of containers shows', () => {
  it('reads health and exit code from the status column', () => {
    expect(healthIn('Up 3 seconds (healthy)')).toBe('healthy');
    expect(healthIn('Up 3 seconds (health: starting)')).toBe('starting');
    expect(healthIn('Up 2 hours (unhealthy)')).toBe('unhealthy');
    expect(healthIn('Up 2 hours')).toBeUndefined();
    expect(healthState(undefined)).toBe('none');
    expect(exitCodeIn('Exited (137) 2 minutes ago')).toBe(137);
    expect(exitCodeIn('Restarting (1) 1 second ago')).toBe(1);
    expect(exitCodeIn('Up 2 minutes')).toBeUndefined();
  });

  it('knows the words of Podman', () => {
    expect(['configured', 'stopped', 'stopping', 'running'].map(containerState)).toEqual([
      'created',
      'exited',
      'running',
      'running',
    ]);
  });

  it('shows a port once that is published on both families', () => {
    const port = { target: 80, published: 8080, protocol: 'tcp' } as const;
    const [four, six] = [
      { ...port, hostIp: '0.0.0.0' },
      { ...port, hostIp: '::' },
    ];
    expect(withoutTwins([four, six])).toEqual([four]);
    expect(withoutTwins([six])).toEqual([six]);
  });

  it('splits environment entries at the first equals sign', () => {
    expect(environmentOf(['A=b=c', 'EMPTY=', 'BARE'])).toEqual({ A: 'b=c', EMPTY: '', BARE: '' });
  });
});

describe('toEvent', () => {
  const message = {
    Type: 'container',
    Actor: { ID: 'abc', Attributes: { name: 'web' } },
    timeNano: 1_700_000_000_123_000_000,
  };

  it('separates an action from its detail', () => {
    expect(toEvent({ ...message, Action: 'health_status: healthy' })).toEqual({
      type: 'container',
      action: 'health_status',
      id: 'abc',
      attributes: { name: 'web', health_status: 'healthy' },
      at: new Date(1_700_000_000_123),
    });
  });

  it('leaves out what orq has no word for', () => {
    expect(toEvent({ ...message, Type: 'plugin', Action: 'enable' })).toBeUndefined();
  });
});

describe('computeStats', () => {
  const sample = (used: number, system: number) => ({
    cpu_stats: { cpu_usage: { total_usage: used }, system_cpu_usage: system, online_cpus: 4 },
    memory_stats: { usage: 100, limit: 1000, stats: { inactive_file: 30 } },
    pids_stats: { current: 3 },
  });

  it('counts a full core as 100 percent and no droppable cache', () => {
    expect(computeStats(sample(0, 0), sample(25, 100))).toEqual({
      cpuPercent: 100,
      memoryBytes: 70,
      memoryLimitBytes: 1000,
      pids: 3,
    });
  });

  it('gives zeros for what has stopped', () => {
    expect(computeStats({}, {})).toEqual({ cpuPercent: 0, memoryBytes: 0, memoryLimitBytes: 0, pids: 0 });
  });
});

describe('reachContainer', () => {
  const local = { endpoint: parseEndpoint('unix:///x.sock', 'test'), environment: {} };
  const remote = { endpoint: parseEndpoint('ssh://me@far', 'test'), environment: {} };
  const inside = { ...local, environment: { ORQ_REACH_HOST: 'host.docker.internal' } };
  const container: ObservedContainer = {
    id: 'a',
    name: 'web',
    state: 'running',
    health: 'none',
    image: 'x',
    imageId: 'y',
    labels: {},
    ports: [
      { target: 80, published: 8080, hostIp: '0.0.0.0', protocol: 'tcp' },
      { target: 81, published: 8081, hostIp: '10.1.1.1', protocol: 'tcp' },
      { target: 82, published: 8082, hostIp: '127.0.0.1', protocol: 'tcp' },
    ],
    networks: { net: '172.18.0.2' },
    networkIds: {},
    mounts: [],
    createdAt: new Date(0),
  };

  it('goes to the published port on the engine’s machine', () => {
    expect(reachContainer(local, container, 80)).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(reachContainer(remote, container, 80)).toEqual({ host: 'far', port: 8080 });
    expect(reachContainer(local, container, 81)).toEqual({ host: '10.1.1.1', port: 8081 });
    expect(reachContainer(inside, container, 80)).toEqual({ host: 'host.docker.internal', port: 8080 });
  });

  it('never takes the loopback address of another machine for its own', () => {
    expect(reachContainer(local, container, 82)).toEqual({ host: '127.0.0.1', port: 8082 });
    expect(reachContainer(remote, container, 82)).toBeUndefined();
    expect(reachContainer(inside, container, 82)).toBeUndefined();
  });

  it('goes to the container itself only where that is possible', () => {
    const direct = process.platform === 'linux' ? { host: '172.18.0.2', port: 90 } : undefined;
    expect(reachContainer(local, container, 90)).toEqual(direct);
    expect(reachContainer(remote, container, 90)).toBeUndefined();
    expect(reachContainer(inside, container, 90)).toBeUndefined();
    expect(reachContainer(local, { ...container, networks: { net: '' } }, 90)).toBeUndefined();
  });
});
