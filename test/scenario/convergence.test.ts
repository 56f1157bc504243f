import { describe, expect } from 'vitest';
import { test } from './sandbox.ts';

const twoServices = (colour: string): string => `
services:
  web:
    image: \${IMAGE}
    command: ['busybox', 'httpd', '-f', '-p', '8080']
    environment: { COLOUR: ${colour} }
    stop_signal: SIGKILL
    volumes: ['data:/data']
  worker:
    image: \${IMAGE}
    init: true
volumes:
  data:
`;

describe('orq up', () => {
  test('a first run makes what the files ask for and ends with the table of services', async ({ box }) => {
    await box.compose(twoServices('red'));
    const run = await box.orq(['up']);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toMatch(/SERVICE.*\n.*web.*running.*\n.*worker.*running/);
    expect(await box.inventory()).toEqual([
      'container P-web-1 running',
      'container P-worker-1 running',
      'network P_default',
      'volume P_data',
    ]);
  });

  test('a second run changes nothing', async ({ box }) => {
    await box.compose(twoServices('red'));
    await box.orq(['up']);
    const before = await box.containers();
    const again = await box.orq(['up', '--json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ environments: [{ changed: false, steps: [] }] });
    expect(await box.containers()).toEqual(before);
  });

  test('--plan of an unchanged project says that there is nothing to do and exits 0', async ({ box }) => {
    await box.compose(twoServices('red'));
    await box.orq(['up']);
    const plan = await box.orq(['up', '--plan']);
    expect(plan).toMatchObject({ code: 0, stdout: `${box.project}: nothing to do\n` });
  });

  test('--plan names the changed variable, exits 3 and changes nothing', async ({ box }) => {
    await box.compose(twoServices('red'));
    await box.orq(['up']);
    const before = await box.containers();
    await box.compose(twoServices('blue'));
    const plan = await box.orq(['up', '--plan']);
    expect(plan.code).toBe(3);
    expect(plan.stdout).toContain('environment.COLOUR red → blue');
    expect(await box.containers()).toEqual(before);
  });

  test('a changed variable recreates that service only', async ({ box }) => {
    await box.compose(twoServices('red'));
    await box.orq(['up']);
    const before = await box.containers();
    await box.compose(twoServices('blue'));
    expect(await box.orq(['up'])).toMatchObject({ code: 0 });
    const after = await box.containers();
    expect(Object.keys(after).sort()).toEqual(['web-1', 'worker-1']);
    expect(after['worker-1']?.id).toBe(before['worker-1']?.id);
    expect(after['web-1']?.id).not.toBe(before['web-1']?.id);
    const seen = await box.orq(['exec', 'web', 'printenv', 'COLOUR']);
    expect(seen).toMatchObject({ code: 0, stdout: 'blue\n' });
  });

  test('a stopped and a paused container are set going again, not made anew', async ({ box }) => {
    await box.compose(twoServices('red'));
    await box.orq(['up']);
    const before = await box.containers();
    await box.engine.stopContainer(before['web-1']?.id ?? '', {});
    await box.run(['docker', 'pause', `${box.project}-worker-1`]);
    expect(await box.orq(['up'])).toMatchObject({ code: 0 });
    const after = await box.containers();
    expect(after['web-1']).toMatchObject({ id: before['web-1']?.id, state: 'running' });
    expect(after['worker-1']).toMatchObject({ id: before['worker-1']?.id, state: 'running' });
  });

  test('a higher scale adds replicas, a lower one removes them', async ({ box }) => {
    const scaled = (scale: number): string => `
services:
  worker: { image: '\${IMAGE}', init: true, scale: ${scale} }
`;
    await box.compose(scaled(3));
    await box.orq(['up']);
    expect(Object.keys(await box.containers()).sort()).toEqual(['worker-1', 'worker-2', 'worker-3']);
    await box.compose(scaled(1));
    expect(await box.orq(['up'])).toMatchObject({ code: 0 });
    expect(Object.keys(await box.containers())).toEqual(['worker-1']);
  });

  test('--force-recreate makes an unchanged container anew', async ({ box }) => {
    await box.compose(twoServices('red'));
    await box.orq(['up']);
    const before = await box.containers();
    expect(await box.orq(['up', '--force-recreate', 'worker'])).toMatchObject({ code: 0 });
    const after = await box.containers();
    expect(after['worker-1']?.id).not.toBe(before['worker-1']?.id);
    expect(after['web-1']?.id).toBe(before['web-1']?.id);
  });
});

describe('orq down', () => {
  test('removes containers and networks and keeps the volumes', async ({ box }) => {
    await box.compose(twoServices('red'));
    await box.orq(['up']);
    expect(await box.orq(['down'])).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual(['volume P_data']);
  });

  test('--volumes removes the volumes too', async ({ box }) => {
    await box.compose(twoServices('red'));
    await box.orq(['up']);
    expect(await box.orq(['down', '--volumes'])).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual([]);
  });

  test('--plan tells what would go, exits 3 and removes nothing', async ({ box }) => {
    await box.compose(twoServices('red'));
    await box.orq(['up']);
    const before = await box.inventory();
    const plan = await box.orq(['down', '--volumes', '--plan']);
    expect(plan.code).toBe(3);
    expect(plan.stdout).toMatch(/- volume data +remove: --volumes \(its data goes\)/);
    expect(await box.inventory()).toEqual(before);
  });

  test('a second down says that nothing changed', async ({ box }) => {
    await box.compose(twoServices('red'));
    expect(await box.orq(['down'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing changed'),
    });
  });

  test('names of services remove only those', async ({ box }) => {
    await box.compose(twoServices('red'));
    await box.orq(['up']);
    expect(await box.orq(['down', 'worker'])).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual([
      'container P-web-1 running',
      'network P_default',
      'volume P_data',
    ]);
  });
});
