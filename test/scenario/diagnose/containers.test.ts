import { describe, expect } from 'vitest';
import { test } from '../sandbox.ts';
import { containerOf, diagnosis, expectCause, pageWithStatus, server, stackUp, writeStack } from './stack.ts';

describe('diagnose names', () => {
  test('what was never started', async ({ box }) => {
    await writeStack(box);
    const report = await expectCause(box, 'SERVICE_MISSING', 'db');
    expect(report.findings[0]?.remedy).toEqual({ command: 'orq up', safe: true });
  });

  test('a removed container', async ({ box }) => {
    await stackUp(box);
    const { id } = await containerOf(box, 'cache');
    await box.engine.removeContainer(id, { anonymousVolumes: true });
    await expectCause(box, 'SERVICE_MISSING', 'cache');
  });

  test('a crash with its exit code', async ({ box }) => {
    await writeStack(box, {
      alone: true,
      web: `command: ["node", "-e", "console.error('boom'); process.exit(9)"]`,
    });
    await box.orq(['up', '--timeout', '20s']);
    const report = await expectCause(box, 'SERVICE_CRASHED', 'web');
    expect(report.findings[0]?.evidence.join('\n')).toContain('boom');
  });

  test('a crash loop', async ({ box }) => {
    await writeStack(box, { alone: true, web: `restart: always\ncommand: ["sh", "-c", "exit 4"]` });
    await box.orq(['up', '--timeout', '20s']);
    await expectCause(box, 'SERVICE_CRASH_LOOP', 'web');
  });

  test('a container that was killed for lack of memory', async ({ box }) => {
    await writeStack(box, {
      alone: true,
      web: `mem_limit: 64m\nmemswap_limit: 64m\ncommand: ["node", "-e", "const a = []; for (;;) a.push(Buffer.alloc(1e7, 1))"]`,
    });
    await box.orq(['up', '--timeout', '20s']);
    await expectCause(box, 'SERVICE_OOM', 'web');
  });

  test('a command that the image does not have', async ({ box }) => {
    await writeStack(box, { alone: true, web: `command: ["no-such-program"]` });
    await box.orq(['up', '--timeout', '20s']);
    await expectCause(box, 'COMMAND_NOT_FOUND', 'web');
  });

  test('a command that a shell does not find', async ({ box }) => {
    await writeStack(box, { alone: true, web: `command: ["sh", "-c", "no-such-program"]` });
    await box.orq(['up', '--timeout', '20s']);
    await expectCause(box, 'COMMAND_NOT_FOUND', 'web');
  });

  test('a module that is not installed', async ({ box }) => {
    await writeStack(box, { alone: true, web: `command: ["node", "-e", "require('express')"]` });
    await box.orq(['up', '--timeout', '20s']);
    await expectCause(box, 'MODULE_MISSING', 'web');
  });

  test('a missing environment variable', async ({ box }) => {
    await writeStack(box, {
      alone: true,
      web: `command: ["node", "-e", "throw new Error('DATABASE_URL is required')"]`,
    });
    await box.orq(['up', '--timeout', '20s']);
    await expectCause(box, 'ENVIRONMENT_MISSING', 'web');
  });

  test('an image that is not there', async ({ box }) => {
    await writeStack(box, { rest: `  other: { image: 'orq.invalid/nothing:1' }` });
    await expectCause(box, 'IMAGE_MISSING', 'other');
  });

  test('a healthcheck that cannot run in its image', async ({ box }) => {
    await stackUp(box, { alone: true });
    const text = await box.read('compose.yaml');
    await box.compose(
      text.replace(
        'init: true',
        `init: true\n    healthcheck: { test: ['CMD', 'curl', 'localhost'], interval: 1s, retries: 1 }`,
      ),
    );
    await box.orq(['up', '--timeout', '6s', '--no-wait']);
    await expect
      .poll(async () => (await box.containers())['web-1']?.health, { timeout: 15_000 })
      .toBe('unhealthy');
    await expectCause(box, 'HEALTHCHECK_BROKEN', 'web');
  });

  test('services that depend on each other without a common network', async ({ box }) => {
    await stackUp(box, { db: 'networks: [back]', rest: 'networks: { back: {} }' });
    await expectCause(box, 'NETWORK_APART', 'web');
  });

  test('a mounted folder that is gone', async ({ box }) => {
    await box.write('pages/index.html', 'ok');
    await stackUp(box, {
      alone: true,
      web: `volumes: ['./pages:/www']\ncommand: ['busybox', 'httpd', '-f', '-p', '8080', '-h', '/www']`,
    });
    await box.run(['rm', '-rf', box.path('pages')]);
    const report = await diagnosis(box);
    expect(report.findings[0]).toMatchObject({ id: 'BIND_MISSING', service: 'web' });
  });

  test('a page that answers with an error of its own', async ({ box }) => {
    await writeStack(box, { alone: true, web: pageWithStatus(500) });
    await box.orq(['up', '--timeout', '8s']);
    const report = await expectCause(box, 'HTTP_ERROR', 'web');
    expect(report.findings[0]?.evidence.join('\n')).toContain('pool exhausted');
  });

  test('a page that listens only inside its container', async ({ box }) => {
    await writeStack(box, { alone: true, web: server(`(q, r) => r.end('ok')`, '127.0.0.1') });
    await box.orq(['up', '--timeout', '8s']);
    await expectCause(box, 'HTTP_UNREACHABLE', 'web');
  });

  test('a page that accepts and never answers', async ({ box }) => {
    await writeStack(box, { alone: true, web: server(`() => {}`) });
    await box.orq(['up', '--timeout', '8s']);
    await expectCause(box, 'HTTP_HANGS', 'web');
  });

  test('a slow page, as a warning', async ({ box }) => {
    await stackUp(box, { alone: true, web: server(`(q, r) => setTimeout(() => r.end('ok'), 2500)`) });
    await expectCause(box, 'HTTP_SLOW', 'web');
  });

  test('containers of services that are gone from the files', async ({ box }) => {
    await stackUp(box, { rest: `  old: { image: '\${IMAGE}' }` });
    const text = await box.read('compose.yaml');
    await box.compose(text.replace(/^ {2}old:.*$/m, ''));
    await expectCause(box, 'ORPHAN');
  });

  test('an engine that does not answer', async ({ box }) => {
    await writeStack(box);
    const run = await box.orq(['diagnose', '--json'], {
      env: { DOCKER_HOST: `unix://${box.path('none.sock')}` },
    });
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout).environments[0].findings[0]).toMatchObject({
      id: 'ENGINE_UNREACHABLE',
      layer: 'engine',
    });
  });
});

describe('--fix', () => {
  test('starts what is stopped and resumes what is paused, and diagnoses again', async ({ box }) => {
    await stackUp(box);
    await box.engine.stopContainer((await containerOf(box, 'cache')).id, {});
    await box.run(['docker', 'pause', (await containerOf(box, 'web')).name]);
    const run = await box.orq(['diagnose', '--fix']);
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(run.stdout).toContain('nothing wrong');
    expect(await diagnosis(box)).toMatchObject({ findings: [] });
  });
});
