import { expect } from 'vitest';
import { images, test } from './sandbox.ts';

test('a container that exits at once: exit 1 and a card with exit code, log lines and next command', async ({
  box,
}) => {
  await box.compose(`
services:
  web: { image: '\${IMAGE}', command: ['sh', '-c', 'echo reading settings; echo no settings >&2; exit 3'] }
  proxy: { image: '\${IMAGE}', init: true, depends_on: [web] }
`);
  const run = await box.orq(['up']);
  expect(run.code).toBe(1);
  expect(run.stdout).toBe('');
  expect(run.stderr).toContain('Service web ended with exit code 3.');
  expect(run.stderr).toContain('[SERVICE_EXITED]');
  expect(run.stderr).toContain('reading settings');
  expect(run.stderr).toContain('no settings');
  expect(run.stderr).toContain('waiting for it: proxy');
  expect(run.stderr).toContain('orq logs web');
});

test('a service that never gets healthy: exit 1 at the timeout with what its last probe said', async ({
  box,
}) => {
  await box.compose(`
services:
  web:
    image: \${IMAGE}
    init: true
    command: ['sh', '-c', 'echo warming up; exec sleep infinity']
    healthcheck: { test: ['CMD-SHELL', 'echo still cold; exit 1'], interval: 1s, retries: 100 }
`);
  const started = performance.now();
  const run = await box.orq(['up', '--timeout', '3s', '--json']);
  expect(performance.now() - started).toBeLessThan(6000);
  expect(run.code).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({
    schemaVersion: 1,
    error: {
      code: 'TIMEOUT',
      hint: 'orq logs web',
      services: [
        {
          service: 'web',
          state: 'running',
          lastProbe: expect.stringContaining('still cold'),
          lastLogs: ['warming up'],
        },
      ],
    },
  });
});

test('a healthcheck that has failed as often as its retries allow ends the wait early', async ({ box }) => {
  await box.compose(`
services:
  web:
    image: \${IMAGE}
    init: true
    healthcheck: { test: ['CMD-SHELL', 'echo broken; exit 1'], interval: 1s, retries: 1 }
`);
  const run = await box.orq(['up']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('[SERVICE_UNHEALTHY]');
  expect(run.stderr).toContain('broken');
});

test('restart: always in a crash loop is a failure, not an endless wait', async ({ box }) => {
  await box.compose(`
services:
  web: { image: '\${IMAGE}', restart: always, command: ['sh', '-c', 'echo again; exit 1'] }
`);
  const run = await box.orq(['up', '--timeout', '20s']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('Service web');
  expect(run.stderr).toContain('again');
});

test('a crash loop of something that was up already is a failure too', async ({ box }) => {
  const script = 'if [ -f /data/crash ]; then echo crashed; exit 1; fi; exec sleep infinity';
  await box.compose(`
services:
  web: { image: '\${IMAGE}', init: true, restart: always, command: ['sh', '-c', '${script}'], volumes: ['data:/data'] }
volumes:
  data:
`);
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  await box.orq(['exec', 'web', 'touch', '/data/crash']);
  await box.run(['docker', 'exec', `${box.project}-web-1`, 'sh', '-c', 'kill 1']);
  const restarts = async (): Promise<number> =>
    (await box.engine.inspectContainer(`${box.project}-web-1`)).restartCount;
  await expect.poll(restarts, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(await box.orq(['up', '--timeout', '15s'])).toMatchObject({ code: 1 });
});

test('a failure does not keep independent services from coming up', async ({ box }) => {
  await box.compose(`
services:
  broken: { image: '\${IMAGE}', command: ['false'] }
  fine: { image: '\${IMAGE}', init: true }
`);
  expect(await box.orq(['up'])).toMatchObject({ code: 1 });
  expect((await box.containers())['fine-1']?.state).toBe('running');
});

test('a container killed for lack of memory says so', async ({ box }) => {
  await box.compose(`
services:
  web:
    image: \${IMAGE}
    mem_limit: 32m
    memswap_limit: 32m
    command: ['node', '-e', 'const all = []; for (;;) all.push(Buffer.alloc(1e6, 1))']
    healthcheck: { test: ['CMD', 'false'], interval: 30s }
`);
  const run = await box.orq(['up', '--json']);
  expect(run.code).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({ error: { services: [{ oomKilled: true, exitCode: 137 }] } });
});

test('--no-wait returns when everything is started, healthy or not', async ({ box }) => {
  await box.compose(`
services:
  web:
    image: \${IMAGE}
    init: true
    healthcheck: { test: ['CMD', 'false'], interval: 30s }
`);
  expect(await box.orq(['up', '--no-wait'])).toMatchObject({ code: 0 });
  expect((await box.containers())['web-1']?.state).toBe('running');
});

test('a password that the data does not know: exit 1 long before the timeout, and what to run', async ({
  box,
}) => {
  await box.compose(`
services:
  postgres:
    image: ${images.postgres}
    environment: { POSTGRES_PASSWORD: '\${SECRET}' }
    ports: ['5432']
    volumes: ['data:/var/lib/postgresql/data']
volumes: { data: }
`);
  expect(await box.orq(['up'], { env: { SECRET: 'first' } })).toMatchObject({ code: 0 });
  const run = await box.orq(['up', '--timeout', '100s'], { env: { SECRET: 'second' } });
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('[SERVICE_REFUSED]');
  expect(run.stderr).toContain('password authentication failed');
  expect(run.stderr).toContain('orq diagnose');
});
