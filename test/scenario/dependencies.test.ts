import { expect } from 'vitest';
import { test } from './sandbox.ts';

test('service_healthy starts a dependent only once its dependency is healthy', async ({ box }) => {
  await box.compose(`
services:
  database:
    image: \${IMAGE}
    init: true
    command: ['sh', '-c', 'sleep 1; date +%s%N > /shared/ready; exec sleep infinity']
    volumes: ['shared:/shared']
    healthcheck: { test: ['CMD', 'test', '-f', '/shared/ready'], interval: 10s, start_period: 30s }
  web:
    image: \${IMAGE}
    init: true
    command: ['sh', '-c', 'date +%s%N > /shared/started; exec sleep infinity']
    volumes: ['shared:/shared']
    depends_on: { database: { condition: service_healthy } }
volumes:
  shared:
`);
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  const read = await box.orq(['exec', 'database', 'sh', '-c', 'cat /shared/ready /shared/started']);
  const [ready = 0, started = 0] = read.stdout.trim().split('\n').map(Number);
  expect(started).toBeGreaterThan(ready);
});

test('service_completed_successfully waits for the end of a one-shot, which counts as done', async ({
  box,
}) => {
  await box.compose(`
services:
  prepare:
    image: \${IMAGE}
    command: ['sh', '-c', 'sleep 0.5; touch /shared/prepared']
    volumes: ['shared:/shared']
  web:
    image: \${IMAGE}
    init: true
    command: ['sh', '-c', 'test -f /shared/prepared && exec sleep infinity']
    volumes: ['shared:/shared']
    depends_on: { prepare: { condition: service_completed_successfully } }
volumes:
  shared:
`);
  const run = await box.orq(['up']);
  expect(run).toMatchObject({ code: 0 });
  expect(run.stdout).toMatch(/prepare\s+done/);
  expect(run.stdout).toContain('2 services ready');
  expect(await box.orq(['up', '--plan'])).toMatchObject({ code: 0 });
});

test('a one-shot that fails keeps its dependents from starting, and the card says who is blocked', async ({
  box,
}) => {
  await box.compose(`
services:
  prepare: { image: '\${IMAGE}', command: ['sh', '-c', 'echo no such table; exit 4'] }
  web:
    image: \${IMAGE}
    init: true
    depends_on: { prepare: { condition: service_completed_successfully } }
`);
  const run = await box.orq(['up', '--json']);
  expect(run.code).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({
    error: {
      code: 'SERVICE_EXITED',
      services: [{ service: 'prepare', exitCode: 4, lastLogs: ['no such table'], blocks: ['web'] }],
    },
  });
  expect(Object.values(await box.containers()).filter(({ state }) => state === 'running')).toEqual([]);
});

test('restart: true restarts a dependent when its dependency is replaced', async ({ box }) => {
  const services = (version: string): string => `
services:
  database: { image: '\${IMAGE}', init: true, environment: { VERSION: '${version}' } }
  web:
    image: \${IMAGE}
    init: true
    depends_on: { database: { condition: service_started, restart: true } }
  other:
    image: \${IMAGE}
    init: true
    depends_on: [database]
`;
  await box.compose(services('one'));
  await box.orq(['up']);
  const before = await box.containers();
  const startedAt = async (name: string): Promise<number | undefined> =>
    (await box.engine.inspectContainer(`${box.project}-${name}`)).startedAt?.getTime();
  const [web, other] = [await startedAt('web-1'), await startedAt('other-1')];
  await box.compose(services('two'));
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  expect((await box.containers())['web-1']?.id).toBe(before['web-1']?.id);
  expect(await startedAt('web-1')).toBeGreaterThan(web ?? 0);
  expect(await startedAt('other-1')).toBe(other);
});

test('up of a service brings what it depends on, and nothing else', async ({ box }) => {
  await box.compose(`
services:
  database: { image: '\${IMAGE}', init: true }
  web: { image: '\${IMAGE}', init: true, depends_on: [database] }
  other: { image: '\${IMAGE}', init: true }
`);
  expect(await box.orq(['up', 'web'])).toMatchObject({ code: 0 });
  expect(Object.keys(await box.containers()).sort()).toEqual(['database-1', 'web-1']);
});

test('a service that shares the network of another is made anew with it', async ({ box }) => {
  const services = (version: string): string => `
services:
  main: { image: '\${IMAGE}', init: true, environment: { VERSION: '${version}' } }
  side: { image: '\${IMAGE}', init: true, network_mode: 'service:main' }
`;
  await box.compose(services('one'));
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  await box.compose(services('two'));
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  const { 'main-1': main } = await box.containers();
  const inspected = await box.run([
    'docker',
    'inspect',
    `${box.project}-side-1`,
    '--format',
    '{{.HostConfig.NetworkMode}}',
  ]);
  expect(inspected.stdout.trim()).toBe(`container:${main?.id}`);
  expect(await box.orq(['up', '--plan'])).toMatchObject({ code: 0 });
});
