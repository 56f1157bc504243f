import { describe, expect, test } from 'vitest';
import { planText } from '../../src/plan/plan-text.ts';
import { planUp } from '../../src/plan/plan-up.ts';
import {
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
const db = service('db', { healthcheck, mounts: [data], environment: { POSTGRES_DB: 'a' } });
const api = service('api', { dependsOn: dependsOn('db', 'service_healthy') });

describe('an empty machine', () => {
  test('everything is made, and the dependent starts when its condition holds', () => {
    const plan = planUp(wish(project(db, api)), emptyWorld);
    expect(planText(plan)).toBe(
      [
        '[] -> #1 image:db:1, pull image db:1, not on this machine',
        '[] -> #2 image:api:1, pull image api:1, not on this machine',
        '[] -> #3 network:default, create network, not found',
        '[] -> #4 volume:data, create volume, not found',
        '[1,3,4] -> #5 service:db:1, create container shop-db-1, not found',
        '[5] -> #6 service:db:1, start container shop-db-1, not found',
        '[6] -> #7 service:db, wait until ready, health asked for',
        '[2,3] -> #8 service:api:1, create container shop-api-1, not found',
        '[7,8] -> #9 service:api:1, start container shop-api-1, not found',
        '[9] -> #10 service:api, wait until ready, health asked for',
      ].join('\n'),
    );
  });

  test('migrations run before dependents start', () => {
    const migrated = service('db', { ...db, orq: { database: { migrations: '/sql' } } });
    const world = { ...worldOf(wish(project(migrated, api))), containers: [] };
    expect(planText(planUp(wish(project(migrated, api)), world))).toBe(
      [
        '[] -> #1 service:db:1, create container shop-db-1, not found',
        '[1] -> #2 service:db:1, start container shop-db-1, not found',
        '[2] -> #3 service:db, wait until ready, health asked for',
        '[3] -> #4 database:db, apply pending migrations, after the start',
        '[] -> #5 service:api:1, create container shop-api-1, not found',
        '[4,5] -> #6 service:api:1, start container shop-api-1, not found',
        '[6] -> #7 service:api, wait until ready, health asked for',
      ].join('\n'),
    );
  });

  test('only the named services and what they depend on are planned', () => {
    const other = service('other');
    const plan = planUp(wish(project(db, api, other)), emptyWorld, { services: ['api'] });
    expect(planText(plan)).not.toContain('other');
    expect(planText(plan)).toContain('shop-db-1');
  });
});

describe('a changed service', () => {
  const wished = wish(project(db, api));
  const changed = wish(
    project(service('db', { ...db, environment: { POSTGRES_DB: 'b', POSTGRES_PASSWORD: 'new' } }), api),
  );
  const running = worldOf(wished);
  const environments = { 'id-shop-db-1': { POSTGRES_DB: 'a' } };

  test('is made anew, names the field, and the old one goes last', () => {
    expect(planText(planUp(changed, { ...running, environments }))).toBe(
      [
        '[] -> #1 service:db:1, stop container shop-db-1, about to be replaced (restart)',
        '[1] -> #2 service:db:1, rename container shop-db-1 to shop-db-1.orq-replaced, configuration changed; environment.POSTGRES_DB a → b; environment.POSTGRES_PASSWORD added (••••) (restart)',
        '[2] -> #3 service:db:1, create container shop-db-1, configuration changed',
        '[3] -> #4 service:db:1, start container shop-db-1, configuration changed',
        '[4] -> #5 service:db, wait until ready, health asked for',
        '[5] -> #6 service:db:1, remove container shop-db-1, replaced',
      ].join('\n'),
    );
  });

  test('restarts a dependent that asks for it, after the change', () => {
    const restarting = service('api', { dependsOn: dependsOn('db', 'service_healthy', true) });
    const before = wish(project(db, restarting));
    const now = wish(project(service('db', { ...db, command: ['new'] }), restarting));
    const text = planText(planUp(now, worldOf(before)));
    expect(text).toContain(
      '[5] -> #7 service:api:1, stop container shop-api-1, depends on db with restart: true (restart)',
    );
    expect(text).toContain('start container shop-api-1, depends on db with restart: true');
  });

  test('takes its network users with it', () => {
    const sidecar = service('sidecar', { networks: {}, networkMode: 'service:db' });
    const before = wish(project(db, sidecar));
    const now = wish(project(service('db', { ...db, command: ['new'] }), sidecar));
    expect(planText(planUp(now, worldOf(before)))).toContain(
      'create container shop-sidecar-1, shares the network of db, made anew',
    );
  });
});

describe('what is there already', () => {
  const wished = wish(project(db, api));

  test('needs nothing when it is as wished', () => {
    expect(planUp(wished, worldOf(wished)).steps).toEqual([]);
  });

  test('is started when it stopped, with the exit code as the cause', () => {
    const world = worldOf(wished, {
      containers: [container(wished, 'db'), container(wished, 'api', { state: 'exited', exitCode: 137 })],
    });
    expect(planText(planUp(wished, world))).toBe(
      [
        '[] -> #1 service:api:1, start container shop-api-1, exited (137)',
        '[1] -> #2 service:api, wait until ready, health asked for',
      ].join('\n'),
    );
  });

  test('is waited for when a dependent has to start and it is not healthy yet', () => {
    const world = worldOf(wished, { containers: [container(wished, 'db', { health: 'starting' })] });
    expect(planText(planUp(wished, world))).toContain('[] -> #1 service:db, wait until ready');
  });

  test('is replaced when its image has changed', () => {
    const world = worldOf(wished);
    const text = planText(
      planUp(wished, { ...world, imageIds: { ...world.imageIds, 'db:1': 'sha256:0123456789abcdef' } }),
    );
    expect(text).toContain('image changed; image db:1 → 0123456789ab');
  });

  test('is taken over, with a word about it, when docker compose made it', () => {
    const plan = planUp(
      wished,
      worldOf(wished, { containers: [composeContainer(wished, 'db'), container(wished, 'api')] }),
    );
    expect(planText(plan)).toContain('made by docker compose, taken over by orq');
    expect(plan.notes).toEqual(['docker compose made shop-db-1; orq replaces it and keeps the volumes']);
  });

  test('is resumed when it is paused', () => {
    const world = worldOf(wished, {
      containers: [container(wished, 'db', { state: 'paused' }), container(wished, 'api')],
    });
    expect(planText(planUp(wished, world))).toContain('#1 service:db:1, unpause container shop-db-1, paused');
  });

  test('is removed when the service is scaled down', () => {
    const three = wish(project(service('web', { replicas: 3 })));
    const one = wish(project(service('web', { replicas: 1 })));
    expect(planText(planUp(one, worldOf(three)))).toBe(
      [
        '[] -> #1 service:web:2, remove container shop-web-2, scaled to 1 (restart)',
        '[] -> #2 service:web:3, remove container shop-web-3, scaled to 1 (restart)',
      ].join('\n'),
    );
  });

  test('stays, with a note, when no service accounts for it; goes when asked to', () => {
    const world = worldOf(wished);
    const fewer = wish(project(db));
    expect(planUp(fewer, world).notes[0]).toContain('shop-api-1');
    expect(planUp(fewer, world).steps).toEqual([]);
    expect(planText(planUp(fewer, world, { removeOrphans: true }))).toContain('remove container shop-api-1');
  });

  test('networks and volumes without labels are adopted with a note', () => {
    const world = worldOf(wished);
    const bare = {
      ...world,
      networks: world.networks.map((network) => ({ ...network, labels: {} })),
      volumes: world.volumes.map((volume) => ({ ...volume, labels: {} })),
    };
    const plan = planUp(wished, bare);
    expect(plan.steps).toEqual([]);
    expect(plan.notes).toEqual([
      'network shop_default was there already and is used as it is',
      'volume shop_data was there already and is used with its data',
    ]);
  });

  test('pending migrations of a running database are the only step besides the wait', () => {
    const migrated = wish(project(service('db', { ...db, orq: { database: { migrations: '/sql' } } })));
    const world = worldOf(migrated, { pendingMigrations: { db: ['0002_more.sql'] } });
    expect(planText(planUp(migrated, world))).toBe(
      [
        '[] -> #1 service:db, wait until ready, health asked for',
        '[1] -> #2 database:db, apply 0002_more.sql, 1 pending',
      ].join('\n'),
    );
  });
});

describe('one-shot services', () => {
  const job = service('job', { restart: { name: 'no' } });
  const app = service('app', { dependsOn: dependsOn('job', 'service_completed_successfully') });
  const wished = wish(project(job, app));

  test('that ended with 0 are done', () => {
    const world = worldOf(wished, {
      containers: [container(wished, 'job', { state: 'exited', exitCode: 0 }), container(wished, 'app')],
    });
    expect(planUp(wished, world).steps).toEqual([]);
  });

  test('that failed run again, and the dependent waits for their end', () => {
    const world = worldOf(wished, {
      containers: [container(wished, 'job', { state: 'exited', exitCode: 1 })],
    });
    expect(planText(planUp(wished, world))).toBe(
      [
        '[] -> #1 service:job:1, start container shop-job-1, exited (1)',
        '[1] -> #2 service:job, wait until completed, others wait for its end',
        '[] -> #3 service:app:1, create container shop-app-1, not found',
        '[2,3] -> #4 service:app:1, start container shop-app-1, not found',
        '[4] -> #5 service:app, wait until ready, health asked for',
      ].join('\n'),
    );
  });
});

describe('a changed network', () => {
  test('that was made anew under its name leaves stopped containers that cannot start: they are made anew', () => {
    const wished = wish(project(db));
    const world = worldOf(wished, {
      containers: [container(wished, 'db', { state: 'exited', exitCode: 0 })],
    });
    const renewed = world.networks.map((network) => ({ ...network, id: 'another' }));
    const text = planText(planUp(wished, { ...world, networks: renewed }));
    expect(text).toContain('create container shop-db-1, network shop_default was made anew');
  });

  test('is made anew with everything attached to it', () => {
    const wished = wish(project(db));
    const world = worldOf(wished);
    const old = {
      ...world,
      networks: world.networks.map((network) => ({
        ...network,
        labels: { ...network.labels, 'dev.orq.spec-hash': 'other' },
      })),
    };
    expect(planText(planUp(wished, old))).toBe(
      [
        '[] -> #1 service:db:1, stop container shop-db-1, network shop_default changed (restart)',
        '[1] -> #2 network:default, remove network shop_default, configuration changed (restart)',
        '[2] -> #3 network:default, create network, configuration changed',
        '[1] -> #4 service:db:1, rename container shop-db-1 to shop-db-1.orq-replaced, network default changed (restart)',
        '[3,4] -> #5 service:db:1, create container shop-db-1, network default changed',
        '[5] -> #6 service:db:1, start container shop-db-1, network default changed',
        '[6] -> #7 service:db, wait until ready, health asked for',
        '[7] -> #8 service:db:1, remove container shop-db-1, replaced',
      ].join('\n'),
    );
  });

  test('that is gone takes the containers made with it along', () => {
    const wished = wish(project(db));
    const text = planText(planUp(wished, { ...worldOf(wished), networks: [] }));
    expect(text).toContain('rename container shop-db-1 to shop-db-1.orq-replaced, network default is gone');
  });
});

describe('the remains of an interrupted replacement', () => {
  test('go before the next replacement takes their name', () => {
    const wished = wish(project(db));
    const current = container(wished, 'db');
    const world = worldOf(wished, {
      containers: [
        { ...current, labels: { ...current.labels, 'dev.orq.spec-hash': 'other' } },
        container(wished, 'db', { name: 'shop-db-1.orq-replaced', state: 'exited', exitCode: 0 }),
      ],
    });
    const text = planText(planUp(wished, world));
    expect(text).toContain('#1 service:db:1, remove container shop-db-1.orq-replaced, left over');
    expect(text).toMatch(/\[1,2\] -> #3 service:db:1, rename container shop-db-1 /);
  });
});

test('of two networks of one name the one without containers goes, whichever is named first', () => {
  const wished = wish(project(service('web')));
  const world = worldOf(wished);
  const second = world.networks.map((network) => ({ ...network, id: 'second' }));
  for (const networks of [
    [...world.networks, ...second],
    [...second, ...world.networks],
  ])
    expect(planUp(wished, { ...world, networks }).steps.map(({ action }) => action)).toEqual([
      { kind: 'remove-network', id: 'second', name: 'shop_default' },
    ]);
});
