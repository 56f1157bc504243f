import { expect } from 'vitest';
import { test } from './sandbox.ts';

test('orq init writes a Compose file that comes up, and leaves one that is there alone', async ({ box }) => {
  expect(await box.orq(['init', '--plan'])).toMatchObject({ code: 3 });
  const made = await box.orq(['init', '--json']);
  expect(JSON.parse(made.stdout)).toMatchObject({ written: true, file: box.path('compose.yaml') });
  const text = (await box.read('compose.yaml'))
    .replace('postgres:17', process.env['ORQ_IMAGE_POSTGRES'] ?? 'postgres:17')
    .replace('redis:8', process.env['ORQ_IMAGE_REDIS'] ?? 'redis:8');
  await box.write('compose.yaml', text);
  const ports = { POSTGRES_PORT: String(await box.freePort()), REDIS_PORT: String(await box.freePort()) };
  expect(await box.orq(['up'], { env: ports })).toMatchObject({ code: 0 });
  expect(await box.orq(['init', '--plan'])).toMatchObject({ code: 0 });
  expect(await box.orq(['init'])).toMatchObject({ code: 0 });
  expect(await box.read('compose.yaml')).toBe(text);
});

test('orq init in a folder that is not there says so', async ({ box }) => {
  const run = await box.orq(['init', '-C', box.path('nowhere')]);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('[FILE_UNWRITABLE]');
});

test('the Tab key completes commands, options, profiles and services', async ({ box }) => {
  await box.compose("services: { shop-db: { image: 'x' }, web: { image: 'x' } }\n");
  const completed = async (...words: readonly string[]): Promise<readonly string[]> =>
    (await box.orq(['complete', '--', ...words])).stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
  expect(await completed('sta')).toContain('status');
  expect(await completed('exec', 'sh')).toContain('shop-db');
  expect(await completed('up', '--mo')).toContain('--mode');
  expect(await completed('up', '--mode', '')).toContain('production');
  const script = await box.orq(['completion', 'bash']);
  await box.write('orq.bash', script.stdout);
  const checked = await box.run(['bash', '-n', 'orq.bash']);
  expect(checked).toMatchObject({ code: 0 });
});
