import { describe, expect } from 'vitest';
import { type Sandbox, test } from './sandbox.ts';

const sleeper = "{ image: '${IMAGE}', init: true }";

async function shop(box: Sandbox): Promise<void> {
  await box.write('orq.toml', 'default = ["other"]\n');
  await box.write('compose/other/compose.yaml', `name: ${box.project}-other\nservices:\n  web: ${sleeper}\n`);
  await box.write(
    'compose/shop/compose.yaml',
    `name: ${box.project}\nservices:\n  web: ${sleeper}\n  tool: { image: '\${IMAGE}', init: true, profiles: [tools] }\n`,
  );
  await box.write('compose/shop/compose.debug.yaml', 'services: { web: { environment: { MODE: debug } } }\n');
  await box.write(
    'compose/shop/compose.production.yaml',
    'services: { web: { environment: { MODE: production } }, extra: { image: "${IMAGE}", init: true } }\n',
  );
}

const env = { COMPOSE_PROJECT_NAME: undefined };

interface Status {
  readonly environments: readonly [
    { readonly mode: string; readonly services: readonly { readonly service: string }[] },
  ];
}

async function statusOf(
  box: Sandbox,
): Promise<{ readonly mode: string; readonly services: readonly string[] }> {
  const { stdout } = await box.orq(['status', 'shop', '--json'], { env });
  const { environments }: Status = JSON.parse(stdout);
  const [{ mode, services }] = environments;
  return { mode, services: services.map(({ service }) => service).sort() };
}

describe('a command about what is there', () => {
  test('is about the mode that runs, until a mode is named', async ({ box }) => {
    await shop(box);
    expect(await box.orq(['up', 'shop', '--mode', 'production'], { env })).toMatchObject({ code: 0 });
    expect(await statusOf(box)).toEqual({ mode: 'production', services: ['extra', 'web'] });
    const run = await box.orq(['exec', '--profile', 'shop', 'extra', 'echo', 'hello'], { env });
    expect(run).toMatchObject({ code: 0, stdout: 'hello\n' });
    const named = await box.orq(['status', 'shop', '--mode', 'debug', '--json'], { env });
    expect(JSON.parse(named.stdout)).toMatchObject({ environments: [{ mode: 'debug' }] });
    expect(await box.orq(['down', 'shop', '--no-backup'], { env })).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual([]);
  });

  test('knows the services of Compose profiles that run', async ({ box }) => {
    await shop(box);
    await box.orq(['up', 'shop', '--profile', 'tools'], { env });
    expect(await statusOf(box)).toEqual({ mode: 'debug', services: ['tool', 'web'] });
    expect(await box.orq(['down', 'shop', '--no-backup'], { env })).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual([]);
  });
});

test('the command to run next names the profile, the folder and the mode that were meant', async ({
  box,
}) => {
  await shop(box);
  await box.write(
    'compose/shop/compose.production.yaml',
    `services: { web: { command: ['sh', '-c', 'exit 3'], healthcheck: { test: ['CMD', 'true'] } } }\n`,
  );
  const folder = box.path('.');
  const run = await box.orq(['up', 'shop', '--mode', 'production', '-C', folder], { env, cwd: '/' });
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(`orq logs -C ${folder} shop web`);
  const diagnosed = await box.orq(['diagnose', 'shop', '--json'], { env });
  expect(diagnosed.code).toBe(1);
  expect(diagnosed.stdout).toMatch(/"command":"orq \w+ shop/);
});
