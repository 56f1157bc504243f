import { describe, expect } from 'vitest';
import { type Sandbox, sharedSandbox, test } from './sandbox.ts';

async function talkersUp(box: Sandbox): Promise<void> {
  await box.compose(`
services:
  one: { image: '\${IMAGE}', init: true, command: ['sh', '-c', 'for i in 1 2 3; do echo one $$i; done; echo trouble >&2; exec sleep infinity'] }
  two: { image: '\${IMAGE}', init: true, command: ['sh', '-c', 'echo two 1; exec sleep infinity'] }
  mute: { image: '\${IMAGE}', init: true, logging: { driver: none } }
`);
  await box.orq(['up']);
}

const talkers = sharedSandbox(talkersUp);

describe('orq logs', () => {
  test('shows the lines of every service under its name, both streams apart', async () => {
    const box = talkers();
    const { code, stdout, stderr } = await box.orq(['logs']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/one\s+\| one 1/);
    expect(stdout).toMatch(/two\s+\| two 1/);
    expect(stderr).toContain('trouble');
    expect(stdout).not.toContain('trouble');
  });

  test('of a logging driver that keeps none are said to be missing, and diagnose does without', async () => {
    const box = talkers();
    const { code, stderr } = await box.orq(['logs', 'two', 'mute']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/mute-1: .*logging driver/) });
    expect(await box.orq(['diagnose'])).toMatchObject({ code: 0 });
  });

  test('--tail, names of services and --no-log-prefix narrow it down', async () => {
    const box = talkers();
    const two = await box.orq(['logs', '--no-log-prefix', 'two']);
    expect(two).toMatchObject({ code: 0, stdout: 'two 1\n' });
    const last = await box.orq(['logs', '-n', '1', '--no-log-prefix', 'one']);
    expect(`${last.stdout}${last.stderr}`.trim().split('\n')).toHaveLength(1);
  });

  test('--json prints one document for each line', async () => {
    const box = talkers();
    const { stdout } = await box.orq(['logs', '--json', 'one', 'two']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(5);
    expect(lines).toContainEqual(
      expect.objectContaining({ schemaVersion: 1, service: 'one', stream: 'stderr', text: 'trouble' }),
    );
  });

  test('a reader that goes away ends it without a word', async ({ box }) => {
    await box.compose(`
services:
  one: { image: '\${IMAGE}', init: true, command: ['sh', '-c', 'seq 1 50000; exec sleep infinity'] }
`);
    await box.orq(['up']);
    const script = `"$0" "$1" logs | head -n 1; echo "\${PIPESTATUS[0]}" >&2`;
    const program = new URL('../../dist/main.js', import.meta.url).pathname;
    const run = await box.run(['bash', '-c', script, process.execPath, program]);
    expect(run.stdout.trim().split('\n')).toHaveLength(1);
    expect(run.stderr.trim()).toBe('0');
  });

  test('of an unknown service ends with 2 and lists those there are', async () => {
    const box = talkers();
    const run = await box.orq(['logs', 'three']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('one, two');
  });

  test('-f goes on with new lines', async () => {
    const box = talkers();
    const logs = box.start(['logs', '-f', 'two']);
    await logs.until(/two 1/);
    await box.orq(['exec', 'two', 'sh', '-c', 'echo later > /proc/1/fd/1']);
    await logs.until(/later/);
    logs.kill('SIGINT');
    expect(await logs.finished).toMatchObject({ code: 130 });
  });
});

test('orq status --watch shows it again when something changes', async ({ box }) => {
  await talkersUp(box);
  const watch = box.start(['status', '--watch', '--json']);
  await watch.until(/"service":"two"[^\n]*"state":"running"/);
  await box.engine.killContainer(`${box.project}-two-1`, 'SIGKILL');
  await watch.until(/"service":"two"[^\n]*"state":"exited"/);
  watch.kill('SIGINT');
  expect(await watch.finished).toMatchObject({ code: 130 });
});

describe('orq exec', () => {
  test('--json prints one document with both streams and the exit code', async () => {
    const box = talkers();
    const run = await box.orq(['exec', '--json', 'one', 'sh', '-c', 'echo said; echo oops >&2; exit 9']);
    expect(run.code).toBe(9);
    expect(JSON.parse(run.stdout)).toEqual({
      schemaVersion: 1,
      command: 'exec',
      service: 'one',
      exitCode: 9,
      stdout: 'said\n',
      stderr: 'oops\n',
    });
  });

  test('hands on stdin and ends with the exit code of the command', async () => {
    const box = talkers();
    const run = await box.orq(['exec', 'one', 'sh', '-c', 'tr a-z A-Z; echo oops >&2; exit 9'], {
      stdin: 'abc',
    });
    expect(run).toMatchObject({ code: 9, stdout: 'ABC', stderr: 'oops\n' });
  });

  test('leaves options after the service to the command', async () => {
    const box = talkers();
    expect(await box.orq(['exec', 'one', 'echo', '--json', '-f'])).toMatchObject({
      code: 0,
      stdout: '--json -f\n',
    });
  });

  test('sets variables, folder and user', async () => {
    const box = talkers();
    const run = await box.orq([
      'exec',
      '-e',
      'A=b',
      '-w',
      '/tmp',
      '-u',
      '1234',
      'one',
      'sh',
      '-c',
      'echo $A $PWD $(id -u)',
    ]);
    expect(run).toMatchObject({ code: 0, stdout: 'b /tmp 1234\n' });
  });

  test('in a service that does not run ends with 1 and says what starts it', async ({ box }) => {
    await talkersUp(box);
    await box.orq(['down', 'one']);
    const run = await box.orq(['exec', 'one', 'true']);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('[SERVICE_NOT_RUNNING]');
    expect(run.stderr).toContain('orq up one');
  });

  test('of a program that is not in the image ends with 127 or says so', async () => {
    const box = talkers();
    const run = await box.orq(['exec', 'one', 'no-such-program']);
    expect(run.code).toBeGreaterThan(0);
    expect(`${run.stdout}${run.stderr}`).toContain('no-such-program');
  });
});

describe('orq status, env, open, config', () => {
  const page = (port: number): string => `
services:
  web:
    image: \${IMAGE}
    init: true
    ports: ['${port}:8080']
    command: ['busybox', 'httpd', '-f', '-p', '8080']
    x-orq: { probe: { kind: http, port: 8080, path: /, status: 404 } }
  later: { image: '\${IMAGE}', init: true, profiles: [extra] }
`;

  test('status shows state, ports and URL, and tells what is missing', async ({ box }) => {
    const port = await box.freePort();
    await box.compose(page(port));
    expect((await box.orq(['status'])).stdout).toMatch(/web\s+no container/);
    await box.orq(['up']);
    const { code, stdout } = await box.orq(['status']);
    expect(code).toBe(0);
    expect(stdout).toContain('1 service ready');
    expect(stdout).toMatch(new RegExp(`web\\s+running\\s+${port}→8080\\s+http://localhost:${port}`));
  });

  test('env prints variables that lead to what runs, ready for a shell', async ({ box }) => {
    const port = await box.freePort();
    await box.compose(page(port));
    await box.orq(['up']);
    const { stdout } = await box.orq(['env', '--format', 'shell']);
    expect(stdout).toMatch(new RegExp(`export WEB_URL='http://[^']+:${port}'`));
  });

  test('open prints the URL where there is no screen', async ({ box }) => {
    const port = await box.freePort();
    await box.compose(page(port));
    await box.orq(['up']);
    expect(await box.orq(['open', 'web'])).toMatchObject({ code: 0, stdout: `http://localhost:${port}\n` });
  });

  test('config prints a model that docker compose reads, and the names of the services', async ({ box }) => {
    await box.compose(page(8080));
    const config = await box.orq(['config']);
    expect(config.code).toBe(0);
    expect(config.stdout).toContain(`image: ${box.env['IMAGE']}`);
    expect(await box.orq(['config', '--services', '--profile', 'extra'])).toMatchObject({
      stdout: 'web\nlater\n',
    });
  });

  test.for([['status'], ['env'], ['config'], ['down'], ['up', '--plan']])(
    '%s --json prints exactly one document',
    async (line, { box }) => {
      await box.compose(page(await box.freePort()));
      const { stdout } = await box.orq([...line, '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, command: line[0] });
    },
  );
});

describe('orq logs -f', () => {
  test('goes on across a restart and a replacement, and ends when nothing runs any more', async ({ box }) => {
    const compose = (colour: string): string => `
services:
  web:
    image: \${IMAGE}
    stop_signal: SIGKILL
    environment: { COLOUR: ${colour} }
    command: ['sh', '-c', 'echo "began $$COLOUR"; exec sleep 1000']
`;
    await box.compose(compose('red'));
    await box.orq(['up']);
    const logs = box.start(['logs', '-f', 'web']);
    await logs.until(/began red/);
    await box.orq(['restart', 'web']);
    await logs.until(/began red[^]*began red/);
    await box.compose(compose('blue'));
    await box.orq(['up']);
    await logs.until(/began blue/);
    await box.orq(['down']);
    expect(await logs.finished).toMatchObject({ code: 0, stderr: '' });
  });

  test('goes on while the engine waits ever longer to start a container again', async ({ box }) => {
    await box.compose(`
services:
  web: { image: '\${IMAGE}', restart: always, command: ['sh', '-c', 'echo again; exit 1'] }
`);
    await box.orq(['up', '--no-wait']);
    const logs = box.start(['logs', '-f', 'web']);
    await logs.until(/(again[^]*){6}/);
    await box.orq(['down']);
    expect(await logs.finished).toMatchObject({ code: 0 });
  });
});
