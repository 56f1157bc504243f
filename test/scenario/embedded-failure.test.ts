import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import {
  closeCheckout,
  eventually,
  kill,
  openCheckout,
  processesIn,
  type ServiceRecord,
  test,
} from './embedded-sandbox.ts';
import { asOrdinaryUser } from './ordinary-user.ts';

const allReady = { environments: [{ services: [{ ready: true }, { ready: true }, { ready: true }] }] };
const isRoot = process.getuid?.() === 0;

describe('what can go wrong without containers', () => {
  test('a killed PostgreSQL is started again by its policy, with its data', async ({ checkout }) => {
    await checkout.orq(['up']);
    await checkout.sql("create table kept as select 'here' as word");
    const before = await checkout.record('postgres');
    kill(before.status.process.pid);
    await eventually(async () => {
      const { status } = await checkout.record('postgres');
      return status.restartCount === 1 && status.phase === 'running';
    }, 'the restart');
    expect(await checkout.json(['up'])).toMatchObject(allReady);
    expect(await checkout.sql('select word from kept')).toBe('here');
  });

  test('a killed supervisor leaves its service up, and the next command supervises it again', async ({
    checkout,
  }) => {
    await checkout.orq(['up']);
    const { status } = await checkout.record('redis');
    kill(status.supervisor.pid);
    expect(await checkout.json(['status'])).toMatchObject(allReady);
    await eventually(async () => {
      const now = await checkout.record('redis');
      return now.status.supervisor.pid !== status.supervisor.pid;
    }, 'a new supervisor');
    expect((await checkout.record('redis')).status.process).toEqual(status.process);
    kill(status.process.pid);
    await eventually(async () => (await checkout.record('redis')).status.restartCount === 1, 'the restart');
    expect(await checkout.json(['up'])).toMatchObject(allReady);
  });

  for (const moment of [/network default created/, /postgres started/, /postgres ready/]) {
    test(`orq killed at "${moment.source}" leaves nothing that the next up cannot finish`, async ({
      checkout,
    }) => {
      const running = checkout.start(['up', '--progress', 'plain']);
      await running.until(moment);
      running.kill('SIGKILL');
      await running.finished;
      expect(await checkout.json(['up'])).toMatchObject(allReady);
      expect(Number(await checkout.sql('select count(*) from images'))).toBeGreaterThan(0);
      await checkout.orq(['down']);
      expect(processesIn(checkout.directory)).toEqual([]);
    });
  }

  test('after a reboot the records say what is so, and up brings everything back with its data', async ({
    checkout,
  }) => {
    await checkout.orq(['up']);
    await checkout.sql("create table kept as select 'here' as word");
    const before = await everyRecord(checkout);
    before.forEach(({ status }) => kill(status.supervisor.pid));
    before.forEach(({ status }) => kill(status.process.pid));
    await eventually(async () => processesIn(checkout.directory).length === 0, 'the end of all processes');
    const status = await checkout.json(['status'], { ORQ_ENGINE: undefined });
    expect(status).toMatchObject({
      environments: [{ services: [{ state: 'exited' }, { state: 'exited' }, { state: 'unsupported' }] }],
    });
    expect(await checkout.json(['up'], { ORQ_ENGINE: undefined })).toMatchObject(allReady);
    expect(await checkout.sql('select word from kept')).toBe('here');
  });

  test('a process that got the number of a dead one is left alone', async ({ checkout }) => {
    await checkout.orq(['up']);
    const { folder, status } = await checkout.record('redis');
    kill(status.supervisor.pid);
    kill(status.process.pid);
    const stranger = spawn('sleep', ['100'], { stdio: 'ignore' });
    onTestFinished(() => void stranger.kill());
    const file = join(folder, 'status.json');
    const written: Record<string, unknown> = JSON.parse(await readFile(file, 'utf8'));
    const recycled = { pid: stranger.pid, token: status.process.token };
    const changed = { ...written, phase: 'running', process: recycled, supervisor: recycled };
    await writeFile(file, JSON.stringify(changed));
    expect(await checkout.json(['status'])).toMatchObject({
      environments: [{ services: [{ ready: true }, { state: 'exited' }, {}] }],
    });
    expect(await checkout.json(['up'])).toMatchObject(allReady);
    await checkout.orq(['down']);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  test('data of another major version is refused, and stays as it is', async ({ checkout }) => {
    await checkout.orq(['up']);
    await checkout.orq(['down']);
    const file = join(checkout.directory, '.orq/data/orchestrator_postgres_data/PG_VERSION');
    await writeFile(file, '9\n');
    const { error } = await checkout.json(['up']);
    expect(error).toMatchObject({ code: 'DATA_DIR_VERSION' });
    expect(error?.message).toMatch(/PostgreSQL 9\b.*PostgreSQL \d+/);
    expect(await readFile(file, 'utf8')).toBe('9\n');
  });

  test('a second checkout on the same ports is told who holds them, and leaves the first alone', async ({
    checkout,
  }) => {
    await checkout.orq(['up']);
    const other = await openCheckout({
      ORCHESTRATOR_POSTGRES_PORT: checkout.env['ORCHESTRATOR_POSTGRES_PORT'],
      ORCHESTRATOR_REDIS_PORT: checkout.env['ORCHESTRATOR_REDIS_PORT'],
    });
    onTestFinished(() => closeCheckout(other));
    const { error } = await other.json(['up']);
    expect(error).toMatchObject({ code: 'PORT_HELD' });
    await other.orq(['down', '--volumes']);
    expect(await checkout.json(['up'])).toMatchObject({ environments: [{ changed: false }] });
  });
});

describe.runIf(isRoot && process.platform === 'linux')('users and missing programs', () => {
  test('an ordinary user runs the servers as itself', async ({ checkout }) => {
    const { execFileSync } = await import('node:child_process');
    execFileSync('chown', ['-R', '65534:65534', join(checkout.directory, '..')]);
    const { startOrq } = await import('./run-orq.ts');
    const run = (args: readonly string[]) =>
      startOrq(args, { cwd: checkout.directory, env: checkout.env, prefix: asOrdinaryUser }).finished;
    expect(await run(['up'])).toMatchObject({ code: 0 });
    expect((await run(['psql', 'postgres', '-tAc', 'select count(*) > 0 from images'])).stdout).toBe('t\n');
    const { status } = await checkout.record('postgres');
    expect(await readFile(`/proc/${status.process.pid}/status`, 'utf8')).toMatch(/^Uid:\t65534\t/m);
    expect(await run(['down', '--volumes'])).toMatchObject({ code: 0 });
  });

  test('root runs no server as root, also below a folder that only root may enter', async ({ checkout }) => {
    const { chmod } = await import('node:fs/promises');
    await chmod(join(checkout.directory, '..'), 0o700);
    expect(await checkout.json(['up'])).toMatchObject(allReady);
    for (const { status } of await everyRecord(checkout))
      expect(await readFile(`/proc/${status.process.pid}/status`, 'utf8')).not.toMatch(/^Uid:\t0\t/m);
    expect(await checkout.orq(['down', '--volumes'])).toMatchObject({ code: 0 });
  });

  test('servers that are not installed are named with the one command that installs them', async ({
    checkout,
  }) => {
    const { startProgram } = await import('./run-orq.ts');
    const hide =
      'for p in /usr/lib/postgresql /usr/local/bin; do [ ! -d $p ] || mount -t tmpfs none $p; done; for p in /usr/bin/redis-server /usr/bin/redis-check-rdb /usr/bin/valkey-server; do [ ! -e $p ] || mount --bind /etc/hostname $p; done';
    const script = `${hide}; exec "$0" "$1" up --json`;
    const program = new URL('../../dist/main.js', import.meta.url).pathname;
    const argv = ['unshare', '-m', 'sh', '-c', script, process.execPath, program];
    const { stdout } = await startProgram(argv, { cwd: checkout.directory, env: checkout.env }).finished;
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'COMMAND_MISSING',
        message: 'PostgreSQL and Redis are not installed on this machine.',
        hint: expect.stringMatching(/install.*postgresql.*redis/),
      },
    });
  });
});

async function everyRecord(checkout: {
  record: (service: string) => Promise<ServiceRecord>;
}): Promise<readonly ServiceRecord[]> {
  return Promise.all(['postgres', 'redis'].map((service) => checkout.record(service)));
}
