import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { planDown } from '../../src/plan/plan-down.ts';
import { planUp } from '../../src/plan/plan-up.ts';
import type { Wish, World } from '../../src/plan/wish.ts';
import {
  afterSteps,
  composeContainer,
  container,
  dependsOn,
  emptyWorld,
  project,
  service,
  wish,
  worldOf,
} from './builders.ts';

const healthcheck = { test: ['CMD', 'true'] };
const data = { kind: 'volume', volume: 'data', target: '/data', readOnly: false } as const;
const db = service('db', { healthcheck, mounts: [data], orq: { database: { migrations: '/sql' } } });
const job = service('job', { restart: { name: 'no' }, dependsOn: dependsOn('db', 'service_healthy') });
const api = service('api', {
  dependsOn: {
    ...dependsOn('db', 'service_healthy', true),
    ...dependsOn('job', 'service_completed_successfully'),
  },
});
const web = service('web', { replicas: 2, dependsOn: dependsOn('api', 'service_started') });
const wished = wish(project(db, job, api, web));
const changed = wish(project(service('db', { ...db, command: ['new'] }), job, api, web));

interface Case {
  readonly wish: Wish;
  readonly world: World;
}

const upCases: Readonly<Record<string, Case>> = {
  'an empty machine': { wish: wished, world: emptyWorld },
  'a changed database': { wish: changed, world: worldOf(wished) },
  'a second network of one name': {
    wish: wished,
    world: {
      ...worldOf(wished),
      networks: worldOf(wished).networks.flatMap((network) => [{ ...network, id: 'second' }, network]),
    },
  },
  'a stopped service': {
    wish: wished,
    world: worldOf(wished, {
      containers: worldOf(wished).containers.map((other) =>
        other.name === 'shop-api-1' ? { ...other, state: 'exited', exitCode: 1 } : other,
      ),
    }),
  },
  'containers of docker compose': {
    wish: wished,
    world: worldOf(wished, {
      containers: ['db', 'job', 'api', 'web'].map((name) => composeContainer(wished, name)),
    }),
  },
  'pending migrations': {
    wish: wished,
    world: worldOf(wished, { pendingMigrations: { db: ['0002_b.sql'] } }),
  },
  'a replacement that was interrupted': {
    wish: wished,
    world: worldOf(wished, {
      containers: [container(wished, 'db', { name: 'shop-db-1.orq-replaced', state: 'exited', exitCode: 0 })],
    }),
  },
};

function converged({ wish: wanted, world }: Case, plan: Plan = planUp(wanted, world)): World {
  return afterSteps(plan, plan.steps.length, { wish: wanted, world });
}

function summary(world: World): unknown {
  return world.containers
    .map(({ name, state, labels }) => [
      name,
      state === 'created' ? 'running' : state,
      labels['dev.orq.spec-hash'],
    ])
    .sort();
}

describe.each(Object.entries(upCases))('up from %s', (_name, start) => {
  test('is idempotent: planning after applying gives no step', () => {
    expect(planUp(start.wish, converged(start)).steps).toEqual([]);
  });

  test('is resumable: stopped after any step, the next plan leads to the same world', () => {
    const plan = planUp(start.wish, start.world);
    const goal = summary(converged(start));
    for (let count = 0; count <= plan.steps.length; count += 1) {
      const interrupted = { wish: start.wish, world: afterSteps(plan, count, start) };
      const resumed = converged(interrupted);
      expect(summary(resumed), `stopped after step ${count}`).toEqual(goal);
      expect(planUp(start.wish, resumed).steps, `planned again after step ${count}`).toEqual([]);
    }
  });

  test('steps come after those they name', () => {
    for (const { number, after } of planUp(start.wish, start.world).steps) {
      expect(after.every((other) => other < number)).toBe(true);
    }
  });
});

describe.each([{ volumes: false }, { volumes: true }])('down with volumes $volumes', (options) => {
  const start = { wish: wished, world: worldOf(wished) };
  const plan = planDown(wished.project, start.world, options);

  test('is idempotent', () => {
    const world = converged(start, plan);
    expect(planDown(wished.project, world, options).steps).toEqual([]);
    expect(world.containers).toEqual([]);
    expect(world.volumes).toHaveLength(options.volumes ? 0 : 1);
  });

  test('is resumable', () => {
    for (let count = 0; count <= plan.steps.length; count += 1) {
      const world = afterSteps(plan, count, start);
      const rest = converged({ wish: wished, world }, planDown(wished.project, world, options));
      expect(rest.containers, `stopped after step ${count}`).toEqual([]);
      expect(rest.networks).toEqual([]);
    }
  });
});
