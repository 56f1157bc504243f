import Dockerode from 'dockerode';
import { expect } from 'vitest';
import { test } from './sandbox.ts';

const slow = `
services:
  web:
    image: \${IMAGE}
    init: true
    command: ['sh', '-c', 'sleep 1; touch /tmp/ready; exec sleep infinity']
    healthcheck: { test: ['CMD', 'test', '-f', '/tmp/ready'], interval: 1s, retries: 100 }
`;

test('of two ups at once one waits, names the other, and finds nothing left to do', async ({ box }) => {
  await box.compose(slow);
  const first = box.start(['up', '--progress', 'plain']);
  await first.until(/web started/);
  const second = await box.orq(['up', '--progress', 'plain']);
  expect(await first.finished).toMatchObject({ code: 0 });
  expect(second.code).toBe(0);
  expect(second.stderr).toContain(`pid ${first.pid}`);
  expect(second.stdout).toContain('nothing changed');
  expect(await box.inventory()).toEqual(['container P-web-1 running', 'network P_default']);
});

test('four ups started together end well, with one container', async ({ box }) => {
  await box.compose(slow);
  const runs = await Promise.all(Array.from({ length: 4 }, () => box.orq(['up'])));
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(await box.inventory()).toEqual(['container P-web-1 running', 'network P_default']);
});

test('a second up whose time is over is refused and names the first', async ({ box }) => {
  await box.compose(slow);
  const first = box.start(['up', '--progress', 'plain']);
  await first.until(/web started/);
  const second = await box.orq(['up', '--timeout', '200ms']);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('[LOCKED]');
  expect(second.stderr).toContain(`pid ${first.pid}`);
  expect(await first.finished).toMatchObject({ code: 0 });
});

test.for([
  ['of a process that is gone', { pid: 999_999, command: 'orq up', since: 'then', startToken: 'boot:1' }],
  ['whose pid another process has now', { pid: 1, command: 'orq up', since: 'then', startToken: 'boot:1' }],
  ['that nobody wrote whole', 'garbage'],
] as const)('a lock %s is taken over', async ([, content], { box }) => {
  await box.compose(slow);
  await box.write('.orq/lock', typeof content === 'string' ? content : JSON.stringify(content));
  expect(await box.orq(['up', '--timeout', '20s'])).toMatchObject({ code: 0 });
});

test('a network that the engine made twice is one again after the next up', async ({ box }) => {
  await box.compose(`services: { web: { image: '\${IMAGE}', init: true } }`);
  const name = `${box.project}_default`;
  const labels = { 'com.docker.compose.project': box.project, 'com.docker.compose.network': 'default' };
  const make = (): Promise<unknown> =>
    new Dockerode()
      .createNetwork({ Name: name, Labels: labels, CheckDuplicate: false })
      .catch(() => undefined);
  await make();
  // Engines of API 1.44 and later refuse a second one.
  await make();
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  expect(await box.inventory()).toEqual(['container P-web-1 running', 'network P_default']);
  await make();
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  expect(await box.orq(['down'])).toMatchObject({ code: 0 });
  expect(await box.inventory()).toEqual([]);
});
