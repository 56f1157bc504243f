import { expect, test } from 'vitest';
import { planDown } from '../../src/plan/plan-down.ts';
import { planText } from '../../src/plan/plan-text.ts';
import { dependsOn, project, service, wish, worldOf } from './builders.ts';

const data = { kind: 'volume', volume: 'data', target: '/data', readOnly: false } as const;
const db = service('db', { mounts: [data] });
const api = service('api', { dependsOn: dependsOn('db', 'service_started') });
const shop = project(db, api);

test('dependents stop first; data stays', () => {
  expect(planText(planDown(shop, worldOf(wish(shop))))).toBe(
    [
      '[] -> #1 service:api:1, stop container shop-api-1, down (restart)',
      '[1] -> #2 service:db:1, stop container shop-db-1, down (restart)',
      '[2] -> #3 service:db:1, remove container shop-db-1, down (restart)',
      '[1] -> #4 service:api:1, remove container shop-api-1, down (restart)',
      '[3,4] -> #5 network:default, remove network shop_default, down',
    ].join('\n'),
  );
});

test('--volumes removes data, and says that it is data', () => {
  const text = planText(planDown(shop, worldOf(wish(shop)), { volumes: true }));
  expect(text).toContain('remove volume shop_data, --volumes (data-loss)');
});

test('--volumes leaves the data of another mode, and says so', () => {
  const other = project(service('db', { mounts: [{ ...data, volume: 'other' }] }));
  const plan = planDown(other, worldOf(wish(shop)), { volumes: true });
  expect(planText(plan)).not.toContain('remove volume');
  expect(plan.notes).toContain('volume shop_data stays: the files at hand do not name it');
});

test('services that a Compose profile switches off go too', () => {
  const world = worldOf(wish(shop));
  const narrowed = { ...project(db), disabledServices: ['api'] };
  expect(planText(planDown(narrowed, world))).toContain('remove container shop-api-1');
});

test('an orphan stays, keeps its network, and is named', () => {
  const plan = planDown(project(db), worldOf(wish(shop)));
  expect(planText(plan)).not.toContain('remove network');
  expect(plan.notes).toEqual([
    'network shop_default stays: other containers use it',
    'shop-api-1 belong to this project but to no service of its files; --remove-orphans removes them',
  ]);
});

test('naming services leaves the others and the network', () => {
  const text = planText(planDown(shop, worldOf(wish(shop)), { services: ['api'] }));
  expect(text).toBe(
    [
      '[] -> #1 service:api:1, stop container shop-api-1, down (restart)',
      '[1] -> #2 service:api:1, remove container shop-api-1, down (restart)',
    ].join('\n'),
  );
});
