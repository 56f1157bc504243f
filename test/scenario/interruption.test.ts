import { describe, expect } from 'vitest';
import { test } from './sandbox.ts';

const slow = `
services:
  first:
    image: \${IMAGE}
    init: true
    healthcheck: { test: ['CMD', 'true'], interval: 1s }
    volumes: ['data:/data']
  second:
    image: \${IMAGE}
    init: true
    command: ['sh', '-c', 'sleep 0.7; touch /tmp/ready; exec sleep infinity']
    healthcheck: { test: ['CMD', 'test', '-f', '/tmp/ready'], interval: 1s, retries: 100 }
    depends_on: { first: { condition: service_healthy } }
  third:
    image: \${IMAGE}
    init: true
    depends_on: { second: { condition: service_healthy } }
volumes:
  data:
`;
const complete = [
  'container P-first-1 running',
  'container P-second-1 running',
  'container P-third-1 running',
  'network P_default',
  'volume P_data',
];

/** Lines of plain progress at which a signal arrives. */
const moments: readonly (readonly [string, RegExp])[] = [
  ['once the network is there', /network default created/],
  ['once the first container runs', /first started/],
  ['while a healthcheck is waited for', /second started/],
];

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  for (const [moment, pattern] of moments) {
    test(`${moment} of an up ends with 130, leaves nothing unfinished, and the next up converges`, async ({
      box,
    }) => {
      await box.compose(slow);
      const up = box.start(['up', '--progress', 'plain']);
      await up.until(pattern);
      up.kill(signal);
      expect(await up.finished).toMatchObject({ code: 130, stdout: '' });
      const left = await box.inventory();
      expect(left.filter((word) => /created|second|third|orq-replaced/.test(word))).toEqual([]);
      expect(await box.orq(['up'])).toMatchObject({ code: 0 });
      expect(await box.inventory()).toEqual(complete);
    });
  }

  test('at any moment of an up leaves no half-made container', async ({ box }) => {
    await box.compose(slow);
    for (let delayMs = 60; delayMs <= 700; delayMs += 80) {
      const up = box.start(['up']);
      const timer = setTimeout(() => up.kill(signal), delayMs);
      const { code, stderr } = await up.finished;
      clearTimeout(timer);
      // A signal in the first moments, before orq listens for it, ends the process as it ends any other.
      expect([130, null], `after ${delayMs} ms: ${stderr}`).toContain(code);
      const left = await box.inventory();
      expect(
        left.filter((word) => /created|orq-replaced/.test(word)),
        `after ${delayMs} ms`,
      ).toEqual([]);
    }
    expect(await box.orq(['up'])).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual(complete);
  });

  test('during a replacement puts the container from before back', async ({ box }) => {
    const service = (version: number): string => `
services:
  web:
    image: \${IMAGE}
    init: true
    environment: { VERSION: '${version}' }
    command: ['sh', '-c', 'sleep ${version === 1 ? 0 : 5}; touch /tmp/ready; exec sleep infinity']
    healthcheck: { test: ['CMD', 'test', '-f', '/tmp/ready'], interval: 1s, retries: 100 }
`;
    await box.compose(service(1));
    await box.orq(['up']);
    const before = await box.containers();
    await box.compose(service(2));
    const up = box.start(['up', '--progress', 'plain']);
    await up.until(/web started/);
    up.kill(signal);
    expect(await up.finished).toMatchObject({ code: 130 });
    const after = await box.containers();
    expect(Object.keys(after)).toEqual(['web-1']);
    expect(after['web-1']).toMatchObject({ id: before['web-1']?.id, state: 'running' });
  });

  test('just when a replacement is ready leaves one container, running', async ({ box }) => {
    const service = (version: number): string => `
services:
  web:
    image: \${IMAGE}
    init: true
    environment: { VERSION: '${version}' }
    healthcheck: { test: ['CMD', 'true'], interval: 1s }
`;
    await box.compose(service(1));
    await box.orq(['up']);
    await box.compose(service(2));
    const up = box.start(['up', '--progress', 'plain']);
    await up.until(/web ready/);
    up.kill(signal);
    await up.finished;
    expect((await box.inventory()).filter((word) => word.startsWith('container'))).toEqual([
      'container P-web-1 running',
    ]);
  });

  test('during a down ends with 130, and the next down finishes', async ({ box }) => {
    await box.compose(`
services:
  stubborn:
    image: \${IMAGE}
    command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done']
    stop_grace_period: 2s
  fine: { image: '\${IMAGE}', init: true, depends_on: [stubborn] }
`);
    await box.orq(['up']);
    const down = box.start(['down', '--progress', 'plain']);
    await down.until(/fine.*stopped/);
    down.kill(signal);
    expect(await down.finished).toMatchObject({ code: 130 });
    expect(await box.orq(['down'])).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual([]);
  });

  test('ends logs -f', async ({ box }) => {
    await box.compose(slow);
    await box.orq(['up', 'first']);
    await box.compose(`
services:
  first: { image: '\${IMAGE}', init: true, command: ['sh', '-c', 'echo hello; exec sleep infinity'] }
`);
    await box.orq(['up']);
    const logs = box.start(['logs', '-f']);
    await logs.until(/hello/);
    logs.kill(signal);
    expect(await logs.finished).toMatchObject({ code: 130 });
  });

  test('ends exec', async ({ box }) => {
    await box.compose(slow);
    await box.orq(['up', 'first']);
    const exec = box.start(['exec', 'first', 'sh', '-c', 'echo started; sleep 60']);
    await exec.until(/started/);
    exec.kill(signal);
    expect(await exec.finished).toMatchObject({ code: 130 });
  });
});

test('a second SIGINT leaves at once', async ({ box }) => {
  await box.compose(`
services:
  web: { image: '\${IMAGE}', init: true, command: ['sh', '-c', 'echo hello; exec sleep infinity'] }
`);
  await box.orq(['up']);
  const logs = box.start(['logs', '-f']);
  await logs.until(/hello/);
  logs.kill('SIGINT');
  logs.kill('SIGINT');
  expect(await logs.finished).toMatchObject({ code: 130 });
});
