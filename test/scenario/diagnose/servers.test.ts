import { describe, expect } from 'vitest';
import { images, test } from '../sandbox.ts';
import { containerOf, diagnosis, expectCause, shell, stackUp, writeStack } from './stack.ts';

const data = '/var/lib/postgresql/data';

/** Changes the data folder of the stopped database, and starts it again. */
async function damage(box: Parameters<typeof stackUp>[0], script: string): Promise<void> {
  const { id, name } = await containerOf(box, 'db');
  await box.engine.stopContainer(id, {});
  const run = await box.run([
    'docker',
    'run',
    '--rm',
    '--volumes-from',
    name,
    '--entrypoint',
    'sh',
    images.postgres,
    '-c',
    script,
  ]);
  expect(run, run.stderr).toMatchObject({ code: 0 });
  await box.engine.startContainer(id);
  await expect
    .poll(async () => (await box.engine.inspectContainer(id)).state, { timeout: 15_000 })
    .toBe('exited');
}

describe('PostgreSQL: diagnose names', () => {
  test('data of another major version', async ({ box }) => {
    await stackUp(box);
    await damage(box, `echo 13 > ${data}/PG_VERSION`);
    const report = await expectCause(box, 'DATA_DIR_VERSION', 'db');
    expect(report.findings[0]?.title).toMatch(/made by PostgreSQL 13 and cannot be opened by 1\d/);
  });

  test('data that is missing files', async ({ box }) => {
    await stackUp(box);
    await damage(box, `rm ${data}/global/pg_control`);
    await expectCause(box, 'DATA_HALF_INITIALISED', 'db');
  });

  test('data that belongs to somebody else', async ({ box }) => {
    await stackUp(box);
    await damage(
      box,
      `chmod 777 ${data}/base; chmod 755 ${data}; chmod 000 ${data}/global; chown root ${data}/global`,
    );
    await expectCause(box, 'STORAGE_PERMISSION', 'db');
  });

  test('a setting that the server refuses', async ({ box }) => {
    await writeStack(box, { db: `command: ['postgres', '-c', 'shared_bufers=1GB']` });
    await box.orq(['up', '--timeout', '20s']);
    await expectCause(box, 'SERVER_SETTING_INVALID', 'db');
  });

  test('connections that are all in use', async ({ box }) => {
    await stackUp(box, {
      db: `command: ['postgres', '-c', 'max_connections=8', '-c', 'superuser_reserved_connections=0', '-c', 'max_wal_senders=0']`,
    });
    const holders = Array.from({ length: 8 }, () =>
      box.start(['exec', '-T', 'db', 'psql', '-U', 'postgres', '-c', 'SELECT pg_sleep(60)']),
    );
    await expect
      .poll(async () => (await diagnosis(box)).findings[0]?.id, { timeout: 30_000 })
      .toBe('POSTGRES_CONNECTIONS_FULL');
    holders.forEach((holder) => holder.kill('SIGKILL'));
  });

  test('a server that came up as a standby', async ({ box }) => {
    await stackUp(box);
    const { id } = await containerOf(box, 'db');
    await shell(box, 'db', `touch ${data}/standby.signal`);
    await box.engine.stopContainer(id, {});
    await box.engine.startContainer(id);
    await expect
      .poll(async () => (await diagnosis(box)).findings[0]?.id, { timeout: 20_000 })
      .toBe('POSTGRES_IN_RECOVERY');
  });

  test('a setting with which data can be lost', async ({ box }) => {
    await stackUp(box, { db: `command: ['postgres', '-c', 'fsync=off']` });
    await expectCause(box, 'POSTGRES_SETTING', 'db');
  });
});

describe('Redis: diagnose names', () => {
  const redis = (...words: readonly string[]): string =>
    `command: [${['redis-server', ...words].map((word) => `'${word}'`).join(', ')}]`;

  test('a password that the files do not have', async ({ box }) => {
    await stackUp(box, { cache: redis('--requirepass', 'one') });
    await shell(box, 'cache', 'redis-cli -a one config set requirepass two');
    await expectCause(box, 'REDIS_PASSWORD', 'cache');
  });

  test('memory that is full', async ({ box }) => {
    await stackUp(box, { cache: redis('--maxmemory', '3mb', '--maxmemory-policy', 'noeviction') });
    await shell(
      box,
      'cache',
      'for i in 1 2 3 4 5 6 7 8; do head -c 400000 /dev/zero | tr "\\\\0" x | redis-cli -x set "k$i"; done; redis-cli config set maxmemory 1mb',
    );
    await expectCause(box, 'REDIS_MEMORY_FULL', 'cache');
  });

  test('data that could not be saved', async ({ box }) => {
    await stackUp(box, { cache: redis('--dir', '/data') });
    await shell(
      box,
      'cache',
      'redis-cli set a b; mkdir /data/dump.rdb; redis-cli bgsave; until redis-cli info persistence | grep -q bgsave_in_progress:0; do :; done',
    );
    await expectCause(box, 'REDIS_SAVE_FAILED', 'cache');
  });

  test('a setting that the server refuses', async ({ box }) => {
    await writeStack(box, { cache: redis('--maxmemoy', '3mb') });
    await box.orq(['up', '--timeout', '20s']);
    await expectCause(box, 'SERVER_SETTING_INVALID', 'cache');
  });

  test('clients that are all in use', async ({ box }) => {
    await stackUp(box, { cache: redis('--maxclients', '4') });
    const holders = Array.from({ length: 4 }, () =>
      box.start(['exec', '-T', 'cache', 'redis-cli', 'blpop', 'nothing', '60']),
    );
    await expect
      .poll(async () => (await diagnosis(box)).findings[0]?.id, { timeout: 20_000 })
      .toBe('REDIS_CLIENTS_FULL');
    holders.forEach((holder) => holder.kill('SIGKILL'));
  });
});
