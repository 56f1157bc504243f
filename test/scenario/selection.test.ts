import { mkdir, symlink } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { type Sandbox, test } from './sandbox.ts';

const service = (name: string, extra = ''): string =>
  `services:\n  ${name}: { image: '\${IMAGE}', init: true${extra} }\n`;

async function names(box: Sandbox): Promise<readonly string[]> {
  return Object.keys(await box.containers()).sort();
}

describe('what a command is about', () => {
  test('several -f are merged, the last one winning', async ({ box }) => {
    await box.write('a.yaml', service('web', ", environment: { A: 'a', B: 'a' }"));
    await box.write('b.yaml', "services: { web: { environment: { B: 'b' } } }\n");
    expect(await box.orq(['-f', 'a.yaml', '-f', 'b.yaml', 'up'])).toMatchObject({ code: 0 });
    const seen = await box.orq(['-f', 'a.yaml', '-f', 'b.yaml', 'exec', 'web', 'sh', '-c', 'echo $A$B']);
    expect(seen.stdout).toBe('ab\n');
  });

  test('COMPOSE_FILE names files too', async ({ box }) => {
    await box.write('a.yaml', service('one'));
    await box.write('b.yaml', service('two'));
    expect(await box.orq(['up'], { env: { COMPOSE_FILE: 'a.yaml:b.yaml' } })).toMatchObject({ code: 0 });
    expect(await names(box)).toEqual(['one-1', 'two-1']);
  });

  test('-p names the project, above COMPOSE_PROJECT_NAME', async ({ box }) => {
    await box.compose(service('web'));
    const run = await box.orq(['-p', box.project, 'up'], { env: { COMPOSE_PROJECT_NAME: 'another' } });
    expect(run.code).toBe(0);
    expect(await names(box)).toEqual(['web-1']);
  });

  test('--profile and COMPOSE_PROFILES switch services on', async ({ box }) => {
    await box.compose(`${service('web')}  extra: { image: '\${IMAGE}', init: true, profiles: [more] }\n`);
    await box.orq(['up']);
    expect(await names(box)).toEqual(['web-1']);
    expect(await box.orq(['up', '--profile', 'more'])).toMatchObject({ code: 0 });
    expect(await names(box)).toEqual(['extra-1', 'web-1']);
    await box.orq(['down'], { env: { COMPOSE_PROFILES: 'more' } });
    expect(await names(box)).toEqual([]);
  });

  test('a named service is switched on although its profile is not', async ({ box }) => {
    await box.compose(`${service('web')}  extra: { image: '\${IMAGE}', init: true, profiles: [more] }\n`);
    expect(await box.orq(['up', 'extra'])).toMatchObject({ code: 0 });
    expect(await names(box)).toEqual(['extra-1']);
    expect(await box.orq(['exec', 'extra', 'true'])).toMatchObject({ code: 0 });
    expect(await box.orq(['down'])).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual([]);
  });

  test('-C, a subfolder and a symbolic link lead to the same project', async ({ box }) => {
    await box.write('deep/compose.yaml', service('web'));
    await mkdir(box.path('deep/inside'));
    await symlink(box.path('deep'), box.path('link'));
    expect(await box.orq(['up', '-C', 'deep'])).toMatchObject({ code: 0 });
    expect(await box.orq(['up', '--plan'], { cwd: box.path('deep/inside') })).toMatchObject({ code: 0 });
    expect(await box.orq(['up', '--plan', '-C', 'link'])).toMatchObject({ code: 0 });
  });

  test('without a name the project is called after its folder, in lower case', async ({ box }) => {
    const folder = `${box.project}_MyApp.X`;
    await box.write(`${folder}/compose.yaml`, service('web'));
    const config = await box.orq(['config'], {
      cwd: box.path(folder),
      env: { COMPOSE_PROJECT_NAME: undefined },
    });
    expect(config.stdout).toContain(`name: ${box.project}_myappx`);
  });

  test('the Spanish words of the older program work', async ({ box }) => {
    await box.compose(service('web'));
    expect(await box.orq(['iniciar', '--modo', 'debug'])).toMatchObject({ code: 0 });
    expect(await box.orq(['terminar'])).toMatchObject({ code: 0 });
    expect((await box.orq(['--help'])).stdout).not.toMatch(/--modo|produccion|iniciar|terminar/);
  });
});

describe('output', () => {
  test('has no escape codes where there is no terminal, nor with NO_COLOR, CI or TERM=dumb', async ({
    box,
  }) => {
    await box.compose(service('web'));
    for (const env of [{}, { NO_COLOR: '1' }, { CI: 'true' }, { TERM: 'dumb' }]) {
      const run = await box.orq(['up', '--force-recreate'], { env });
      expect(run.code).toBe(0);
      // oxlint-disable-next-line no-control-regex -- escape codes are what is looked for
      expect(run.stdout + run.stderr).not.toMatch(/\u001b/);
    }
  });

  test('--quiet leaves only the result, --progress json one event a line on stderr', async ({ box }) => {
    await box.compose(service('web'));
    expect(await box.orq(['up', '--quiet'])).toMatchObject({ code: 0, stderr: '' });
    const run = await box.orq(['restart', '--progress', 'json']);
    const events = run.stderr
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(events.length).toBeGreaterThan(1);
  });

  test('--json prints exactly one document when the engine is away', async ({ box }) => {
    await box.compose(service('web'));
    for (const command of ['up', 'down', 'status', 'restart', 'env']) {
      const run = await box.orq([command, '--json'], { env: { DOCKER_HOST: 'unix:///nonexistent' } });
      expect(run.code, command).toBe(1);
      expect(JSON.parse(run.stdout), command).toMatchObject({ error: { code: 'ENGINE_UNREACHABLE' } });
    }
  });
});

describe('unusual places', () => {
  test('a folder that cannot be written is said, and nothing is made', async ({ box }) => {
    await box.compose(service('web'));
    await box.write('.orq', 'a file in its place');
    const run = await box.orq(['up']);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('[STATE_UNWRITABLE]');
    expect(await box.inventory()).toEqual([]);
  });

  test('a very long service name and a host of variables are no trouble', async ({ box }) => {
    const variables = Array.from({ length: 500 }, (_, index) => `      VARIABLE_${index}: value`).join('\n');
    const name = `s${'x'.repeat(60)}`;
    await box.compose(
      `services:\n  ${name}:\n    image: \${IMAGE}\n    init: true\n    environment:\n${variables}\n`,
    );
    expect(await box.orq(['up'])).toMatchObject({ code: 0 });
    expect(await box.orq(['up', '--plan'])).toMatchObject({ code: 0 });
  });

  test('--timeout 0 of what is healthy already is no failure', async ({ box }) => {
    await box.compose(service('web'));
    await box.orq(['up']);
    expect(await box.orq(['up', '--timeout', '0'])).toMatchObject({ code: 0 });
  });

  test('two services share a volume, and down --volumes removes it once', async ({ box }) => {
    await box.compose(`
services:
  a: { image: '\${IMAGE}', init: true, volumes: ['data:/data'] }
  b: { image: '\${IMAGE}', init: true, volumes: ['data:/data'] }
volumes: { data: }
`);
    await box.orq(['up']);
    await box.orq(['exec', 'a', 'sh', '-c', 'echo shared > /data/file']);
    expect(await box.orq(['exec', 'b', 'cat', '/data/file'])).toMatchObject({ stdout: 'shared\n' });
    expect(await box.orq(['down', '--volumes'])).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual([]);
  });
});
