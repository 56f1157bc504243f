import { describe, expect } from 'vitest';
import { images, test } from '../sandbox.ts';
import { containerOf, diagnosis, expectCause, migrations, shell, sql, stackUp, writeStack } from './stack.ts';

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

  test('a password that was changed in the files only', async ({ box }) => {
    await stackUp(box);
    const text = await box.read('compose.yaml');
    await box.compose(text.replace('POSTGRES_PASSWORD: secret', 'POSTGRES_PASSWORD: other'));
    await expectCause(box, 'POSTGRES_PASSWORD', 'db');
  });

  test('a database that was dropped', async ({ box }) => {
    await stackUp(box);
    await sql(box, 'DROP DATABASE shop WITH (FORCE)', 'postgres');
    await expectCause(box, 'POSTGRES_DATABASE_MISSING', 'db');
  });

  test('a role that may not log in', async ({ box }) => {
    await stackUp(box);
    await sql(box, 'CREATE ROLE other SUPERUSER LOGIN; ALTER ROLE postgres NOLOGIN');
    await expectCause(box, 'POSTGRES_ACCESS', 'db');
  });

  test('a pg_hba.conf without a rule for us', async ({ box }) => {
    await stackUp(box);
    await shell(box, 'db', `sed -i '/^host/d' ${data}/pg_hba.conf`);
    await sql(box, 'SELECT pg_reload_conf()');
    await expectCause(box, 'POSTGRES_ACCESS', 'db');
  });

  test('a database that accepts no connections', async ({ box }) => {
    await stackUp(box);
    await sql(box, 'ALTER DATABASE shop ALLOW_CONNECTIONS false', 'postgres');
    await expectCause(box, 'POSTGRES_DATABASE_CLOSED', 'db');
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

  test('the session that others wait for', async ({ box }) => {
    await stackUp(box);
    const holder = box.start([
      'exec',
      '-T',
      'db',
      'psql',
      '-U',
      'postgres',
      '-d',
      'shop',
      '-c',
      'BEGIN; LOCK TABLE orders; SELECT pg_sleep(60)',
    ]);
    await expect
      .poll(() => sql(box, `SELECT count(*) FROM pg_locks WHERE relation = 'orders'::regclass`))
      .toBe('1\n');
    const waiting = box.start([
      'exec',
      '-T',
      'db',
      'psql',
      '-U',
      'postgres',
      '-d',
      'shop',
      '-c',
      'SELECT * FROM orders',
    ]);
    await expect
      .poll(() =>
        sql(box, 'SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0'),
      )
      .toBe('1\n');
    await expectCause(box, 'POSTGRES_BLOCKED', 'db');
    [holder, waiting].forEach((session) => session.kill('SIGKILL'));
  });

  test('a server that hangs', async ({ box }) => {
    await stackUp(box);
    const { id } = await containerOf(box, 'db');
    await box.engine.killContainer(id, 'SIGSTOP');
    const report = await diagnosis(box);
    await box.engine.killContainer(id, 'SIGCONT');
    expect(report.findings[0]).toMatchObject({ id: 'POSTGRES_HANGS', service: 'db' });
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

  test('transactions that are read-only by default', async ({ box }) => {
    await stackUp(box);
    await sql(box, 'ALTER SYSTEM SET default_transaction_read_only = on');
    await sql(box, 'SELECT pg_reload_conf()');
    await expect.poll(async () => (await diagnosis(box)).findings[0]?.id).toBe('POSTGRES_READ_ONLY');
  });

  test('a table that was dropped', async ({ box }) => {
    await stackUp(box);
    await sql(box, 'DROP TABLE orders');
    const report = await expectCause(box, 'POSTGRES_TABLE_MISSING', 'db');
    expect(report.findings[0]?.title).toContain('table orders');
  });

  test('a constraint that was dropped', async ({ box }) => {
    await stackUp(box);
    await sql(box, 'ALTER TABLE customers DROP CONSTRAINT customers_email_key');
    const report = await expectCause(box, 'POSTGRES_SCHEMA_CHANGED', 'db');
    expect(report.findings[0]?.title).toContain('UNIQUE (email)');
  });

  test('a foreign key whose triggers are off', async ({ box }) => {
    await stackUp(box);
    await sql(box, 'ALTER TABLE orders DISABLE TRIGGER ALL');
    await expectCause(box, 'POSTGRES_CONSTRAINT_OFF', 'db');
  });

  test('a trigger that makes writing fail', async ({ box }) => {
    await stackUp(box);
    await sql(
      box,
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''frozen''; END'; CREATE TRIGGER frozen BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    const report = await expectCause(box, 'POSTGRES_TABLE_FAILS', 'db');
    expect(report.findings[0]?.evidence.join('\n')).toContain('frozen');
  });

  test('migrations that are not applied, as a warning with a safe remedy', async ({ box }) => {
    await stackUp(box);
    await box.write('sql/0002_more.sql', 'CREATE TABLE more (id int)');
    const report = await expectCause(box, 'MIGRATION_PENDING', 'db');
    expect(report.findings[0]).toMatchObject({ severity: 'warning', remedy: { safe: true } });
    const { code } = await box.orq(['diagnose', '--strict']);
    expect(code).toBe(1);
  });

  test('an applied migration that was edited', async ({ box }) => {
    await stackUp(box);
    await box.write('sql/0001_tables.sql', `${migrations['sql/0001_tables.sql']}\n-- edited`);
    await expectCause(box, 'MIGRATION_CHANGED', 'db');
  });

  test('a replication slot that nobody reads', async ({ box }) => {
    await stackUp(box);
    await sql(box, `SELECT pg_create_physical_replication_slot('gone', true)`);
    await expectCause(box, 'POSTGRES_SLOT_INACTIVE', 'db');
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

  test('a replica of a server that is not there', async ({ box }) => {
    await stackUp(box);
    await shell(box, 'cache', 'redis-cli replicaof 127.0.0.1 7777');
    await expectCause(box, 'REDIS_READ_ONLY_REPLICA', 'cache');
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

  test('a server that hangs', async ({ box }) => {
    await stackUp(box);
    const { id } = await containerOf(box, 'cache');
    await box.engine.killContainer(id, 'SIGSTOP');
    const report = await diagnosis(box);
    await box.engine.killContainer(id, 'SIGCONT');
    expect(report.findings[0]).toMatchObject({ id: 'REDIS_HANGS', service: 'cache' });
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
