import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, vi } from 'vitest';
import { eventually } from './embedded-sandbox.ts';
import { awkward, properties } from './backup/awkward-database.ts';
import { startOrq } from './run-orq.ts';
import { images, type Sandbox, test } from './sandbox.ts';

// Many commands on one server: on a busy machine they take their time.
vi.setConfig({ testTimeout: 180_000 });

async function database(box: Sandbox, sql = awkward): Promise<void> {
  await box.compose(`
services:
  database:
    image: ${images.postgres}
    command: [postgres, -c, wal_level=logical, -c, max_prepared_transactions=2]
    environment: { POSTGRES_PASSWORD: secret, POSTGRES_DB: 'shop=1' }
    ports: ['${await box.freePort()}:5432']
`);
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  const loaded = await box.orq(['psql', 'database', '--', '-qv', 'ON_ERROR_STOP=1'], { stdin: sql });
  expect(loaded, loaded.stderr).toMatchObject({ code: 0 });
}

async function ask(box: Sandbox, sql: string, database: readonly string[] = []): Promise<string> {
  const { stdout, stderr } = await box.orq(['psql', 'database', '--', '-At', '-c', sql, ...database]);
  return stdout.trim() || stderr.trim();
}

async function dump(box: Sandbox): Promise<string> {
  const argv = ['exec', '-T', 'database', 'pg_dump', '-U', 'postgres', '-d', "dbname='shop=1'"];
  const { stdout } = await box.orq(argv);
  // Rows lie in other hash partitions of an enum when its values have other numbers.
  const lines = stdout.split('\n').filter((line) => !/^\\(un)?restrict /.test(line));
  return lines.toSorted().join('\n');
}

const folder = (box: Sandbox): string => box.path('database', 'backups');

async function archives(box: Sandbox): Promise<readonly string[]> {
  return (await readdir(folder(box))).filter((name) => !name.startsWith('.')).sort();
}

/** Databases that orq made for a moment. */
function scratches(box: Sandbox): Promise<string> {
  return ask(box, "SELECT count(*) FROM pg_database WHERE datname LIKE 'orq_restore_%'");
}

test('what is restored is what was backed up, and undo brings back what was replaced', async ({ box }) => {
  await database(box);
  const before = [await dump(box), await ask(box, properties)];
  expect(await box.orq(['backup'])).toMatchObject({ code: 0 });
  expect(await box.orq(['backup', 'verify'])).toMatchObject({ code: 0 });
  expect((await box.orq(['backup', 'list'])).stdout).toContain('restored on trial');
  const [file = ''] = await archives(box);
  expect(file).toMatch(/^backup_\d{8}_\d{6}\.sql\.zip$/);
  await ask(box, 'DROP TABLE notes CASCADE; DROP TABLE secure');
  expect((await box.orq(['restore', file])).stderr).toContain('[NOT_CONFIRMED]');
  expect(await box.orq(['restore', file, '--plan'])).toMatchObject({ code: 3 });
  expect(await box.orq(['restore', file, '--yes'])).toMatchObject({ code: 0 });
  expect([await dump(box), await ask(box, properties)]).toEqual(before);
  expect((await box.orq(['restore', '--plan'])).stdout).toContain(file);
  expect(await box.orq(['undo', '--yes'])).toMatchObject({ code: 0 });
  expect(await ask(box, "SELECT to_regclass('notes') IS NULL")).toBe('t');
  expect(await scratches(box)).toBe('0');
});

test('an archive that was cut or changed anywhere is found out, and nothing is touched', async ({ box }) => {
  await database(box, 'CREATE TABLE notes AS SELECT g, md5(g::text) FROM generate_series(1, 100) g');
  expect(await box.orq(['backup', '--name', 'own'])).toMatchObject({ code: 0 });
  expect(await box.orq(['restore', 'own', '--into', 'beside'])).toMatchObject({ code: 0 });
  expect(await ask(box, "SELECT count(*) FROM pg_database WHERE datname = 'beside'")).toBe('1');
  const [file = ''] = await archives(box);
  const path = box.path('database', 'backups', file);
  const whole = await readFile(path);
  for (const share of [0.5, 0.99]) {
    await writeFile(path, whole.subarray(0, Math.floor(whole.length * share)));
    expect((await box.orq(['restore', path, '--yes'])).stderr).toContain('[BACKUP_DAMAGED]');
  }
  for (const share of [0.01, 0.4, 0.8, 0.99]) {
    const at = Math.floor(whole.length * share);
    const flipped = Buffer.from(whole);
    flipped[at] = (whole[at] ?? 0) ^ 1;
    await writeFile(path, flipped);
    const verify = await box.orq(['backup', 'verify', '--quick', '--json']);
    expect(verify, `byte ${at} of ${whole.length}`).toMatchObject({ code: 1 });
    expect(JSON.parse(verify.stdout)).toMatchObject({ error: { code: 'BACKUP_DAMAGED' } });
  }
  expect(await box.orq(['restore', '--yes'])).toMatchObject({ code: 1 });
  await writeFile(path, whole);
  expect(await box.orq(['backup', 'verify', '--quick'])).toMatchObject({ code: 0 });
  expect(await ask(box, 'SELECT count(*) FROM notes')).toBe('100');
});

/** A zip file with one entry, or several. */
async function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const { ZipArchive } = await import('archiver');
  const zip = new ZipArchive();
  for (const [name, text] of Object.entries(files)) zip.append(text, { name });
  await zip.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of zip) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('dumps of others: loaded whatever their packing, refused as a whole when they do not fit', async ({
  box,
}) => {
  await database(box, 'CREATE TABLE notes AS SELECT 1 AS a');
  const pgDump = `pg_dump -U postgres -d "dbname='shop=1'"`;
  const make = ['plain', 'custom'].map((format) => `${pgDump} -F ${format} -f /tmp/${format}`).join(' && ');
  expect(await box.orq(['exec', 'database', 'sh', '-c', make])).toMatchObject({ code: 0 });
  const bytes = async (name: string): Promise<Buffer> => {
    const { stdout } = await box.orq(['exec', '-T', 'database', 'base64', '-w0', `/tmp/${name}`]);
    return Buffer.from(stdout, 'base64');
  };
  const plain = await bytes('plain');
  const good = {
    'good.sql.gz': gzipSync(`\uFEFF${plain.toString()}`),
    'good.dump': await bytes('custom'),
    'backup_20200101_000000.sql.zip': await zipOf({ 'backup.sql': plain.toString() }),
  };
  for (const [name, content] of Object.entries(good)) {
    await writeFile(box.path(name), content);
    await ask(box, 'DROP TABLE IF EXISTS notes');
    expect(await box.orq(['restore', name, '--yes', '--no-safety'])).toMatchObject({ code: 0 });
    expect(await ask(box, 'SELECT count(*) FROM notes')).toBe('1');
  }
  const before = await dump(box);
  const lies = (await zipOf({ 'aa/sly.sql': 'SELECT 1;' })).toString('latin1').replaceAll('aa/sly', '../sly');
  const bad: Readonly<Record<string, readonly [string | Buffer, string]>> = {
    'bad.sql': ['CREATE TABLE t (a int);\nSELECT * FROM nowhere;\n', 'nowhere'],
    'evil.sql': ['CREATE TABLE t (a int);\n\\! touch /tmp/x\n', '[BACKUP_REFUSED]'],
    'cut.dump': [good['good.dump'].subarray(0, -200), '[POSTGRES_FAILED]'],
    'cut.sql.gz': [good['good.sql.gz'].subarray(0, -20), '[BACKUP_DAMAGED]'],
    'up.zip': [Buffer.from(lies, 'latin1'), '[BACKUP_DAMAGED]'],
    'empty.sql': ['', '[BACKUP_DAMAGED]'],
    'picture.png': [Buffer.from([137, 80, 0, 0]), '[BACKUP_DAMAGED]'],
  };
  for (const [name, [content, told]] of Object.entries(bad)) {
    await writeFile(box.path(name), content);
    const run = await box.orq(['restore', name, '--yes', '--no-safety']);
    expect(run.code, name).toBe(1);
    expect(run.stderr, name).toContain(told);
  }
  expect((await box.orq(['restore', '.', '--yes'])).stderr).toContain(
    '. is a folder, not a backup. [BACKUP_NOT_FOUND]',
  );
  expect(await dump(box)).toBe(before);
  expect(await scratches(box)).toBe('0');
  expect(await ask(box, "SELECT count(*) FROM pg_database WHERE datname LIKE '%\\_orq\\_old\\_%'")).toBe('3');
});

test('two at once, held databases, a wrong password, a read-only folder and none: refused by name, nothing is left', async ({
  box,
}) => {
  await database(box, 'CREATE TABLE notes AS SELECT 1 AS a');
  const lock = `SELECT pg_advisory_lock(hashtext('orq.backup'), hashtext('shop=1')), pg_sleep(60)`;
  const other = box.start(['exec', '-T', 'database', 'psql', '-U', 'postgres', '-c', lock]);
  const held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2";
  await eventually(async () => (await ask(box, held)) === '1', 'the lock is held');
  expect((await box.orq(['backup'])).stderr).toMatch(
    /backed up, checked or restored by psql.*\[BACKUP_LOCKED\]/s,
  );
  await ask(
    box,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()",
  );
  await other.finished;
  await ask(box, `ALTER DATABASE "shop=1" SET role TO 'pg_monitor'`);
  expect(await box.orq(['backup', '--name', 'a'])).toMatchObject({ code: 0 });
  await ask(box, `ALTER DATABASE "shop=1" RESET role`, ['-d', 'postgres']);
  await ask(box, "BEGIN; DELETE FROM notes; PREPARE TRANSACTION 'p'");
  expect((await box.orq(['restore', 'a', '--yes'])).stderr).toContain('[DATABASE_HELD]');
  await ask(box, "ROLLBACK PREPARED 'p'");
  const compose = await box.read('compose.yaml');
  await box.compose(compose.replace('POSTGRES_PASSWORD: secret', 'POSTGRES_PASSWORD: wrong'));
  const wrong = await box.orq(['backup']);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('password authentication failed');
  await box.compose(compose);
  const [file = ''] = await archives(box);
  const onReadOnly = [
    'unshare',
    '-m',
    'sh',
    '-c',
    'mount -t tmpfs -o ro none "$0" && exec "$@"',
    folder(box),
  ];
  const readOnly = await startOrq(['backup'], { cwd: box.directory, env: box.env, prefix: onReadOnly })
    .finished;
  expect(readOnly.code).toBe(1);
  expect(readOnly.stderr).toContain('the file system is read-only. [BACKUP_UNREADABLE]\n  → ');
  await rename(folder(box), box.path('database', 'elsewhere'));
  await box.write('database/backups', 'a file');
  expect((await box.orq(['backup'])).stderr).toContain('[BACKUP_UNREADABLE]');
  expect(
    await box.orq(['restore', box.path('database', 'elsewhere', file), '--yes', '--no-safety']),
  ).toMatchObject({ code: 0 });
  expect(await ask(box, 'SET role TO none; SELECT count(*) FROM notes')).toBe('SET\n1');
  expect(await scratches(box)).toBe('0');
});

test('several at once, Redis too, and a role that owns only what is its own', async ({ box }) => {
  await box.write(
    'owner.sql',
    `CREATE ROLE "ow ner" LOGIN CREATEDB PASSWORD 'p"w'; CREATE DATABASE shop OWNER "ow ner";
     ALTER ROLE "ow ner" SET idle_in_transaction_session_timeout = '1ms';`,
  );
  await box.compose(`
services:
  one:
    image: ${images.postgres}
    environment: { POSTGRES_PASSWORD: secret }
    ports: ['${await box.freePort()}:5432']
    x-orq: { probe: { kind: postgres, port: 5432, user: "ow ner", password: 'p"w', database: shop } }
    configs: [{ source: owner, target: /docker-entrypoint-initdb.d/owner.sql }]
  two:
    image: ${images.postgres}
    environment: { POSTGRES_PASSWORD: secret }
    ports: ['${await box.freePort()}:5432']
  cache:
    image: ${images.redis}
    command: [redis-server, --requirepass, 'se"cret', --appendonly, 'yes']
    ports: ['${await box.freePort()}:6379']
configs:
  owner:
    file: owner.sql
`);
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  const redis = async (...words: readonly string[]): Promise<string> => {
    const run = await box.orq(['exec', '-T', '-e', 'REDISCLI_AUTH=se"cret', 'cache', 'redis-cli', ...words]);
    return run.stdout.trim();
  };
  expect(await redis('set', 'key', 'before')).toBe('OK');
  const owned = 'CREATE TABLE t AS SELECT generate_series(1, 10) AS a';
  expect(await box.orq(['psql', 'one', '--', '-c', owned])).toMatchObject({ code: 0 });
  const run = await box.orq(['backup', '--json']);
  expect(run).toMatchObject({ code: 0 });
  const { backups }: { backups: readonly { service: string; file: string }[] } = JSON.parse(run.stdout);
  expect(backups.map(({ service }) => service)).toEqual(['one', 'two', 'cache']);
  const file = (service: string): string => backups.find((backup) => backup.service === service)?.file ?? '';
  expect(await redis('set', 'key', 'after')).toBe('OK');
  expect(await box.orq(['restore', file('cache'), '--yes'])).toMatchObject({ code: 0 });
  expect(await redis('get', 'key')).toBe('before');
  expect(await box.orq(['psql', 'one', '--', '-c', 'DROP TABLE t'])).toMatchObject({ code: 0 });
  expect(await box.orq(['restore', file('one'), '--yes'])).toMatchObject({ code: 0 });
  const { stdout } = await box.orq(['psql', 'one', '--', '-Atc', 'TABLE t']);
  expect(stdout.trim().split('\n')).toHaveLength(10);
});

test('interrupted or killed in the middle, nothing is taken for a backup, and the next run works', async ({
  box,
}) => {
  await database(box, 'CREATE TABLE big AS SELECT g, md5(g::text) FROM generate_series(1, 400000) g');
  expect(await box.orq(['backup', '--name', 'first'])).toMatchObject({ code: 0 });
  const known = await archives(box);
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const run = box.start(['backup']);
    await run.until(/dumping|dumped/);
    run.kill(signal);
    await run.finished;
    const restore = box.start(['restore', 'first', '--yes', '--no-safety']);
    await restore.until(/checked/);
    restore.kill(signal);
    await restore.finished;
    expect(await ask(box, 'SELECT count(*) FROM big')).toBe('400000');
  }
  expect(await archives(box)).toEqual(known);
  expect(await box.orq(['restore', 'first', '--yes'])).toMatchObject({ code: 0 });
  const left = await readdir(folder(box));
  expect(left.filter((name) => name.endsWith('.partial'))).toEqual([]);
  expect(await ask(box, 'SELECT count(*) FROM big')).toBe('400000');
  expect(await scratches(box)).toBe('0');
});

test('data that is in no backup is not removed unless it is given up', async ({ box }) => {
  await box.compose(`
services:
  database:
    image: ${images.postgres}
    environment: { POSTGRES_PASSWORD: secret, POSTGRES_DB: 'shop=1' }
    ports: ['${await box.freePort()}:5432']
    volumes: ['data:/var/lib/postgresql/data']
volumes: { data: {} }
`);
  const removal = async (): Promise<string> => (await box.orq(['down', '--volumes'])).stderr;
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  await ask(box, 'CREATE TABLE notes AS SELECT 1 AS a');
  expect(await box.orq(['down', '--no-backup'])).toMatchObject({ code: 0 });
  expect(await removal()).toContain('[NOT_BACKED_UP]');
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  expect(await box.orq(['backup'])).toMatchObject({ code: 0 });
  await ask(box, 'INSERT INTO notes VALUES (2)');
  expect(await box.orq(['down', '--no-backup'])).toMatchObject({ code: 0 });
  expect(await removal()).toContain('[NOT_BACKED_UP]');
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  await ask(box, 'CREATE DATABASE orq_billing');
  expect(await removal()).toMatch(/other databases.*orq_billing.*/s);
  await ask(box, 'DROP DATABASE orq_billing');
  await ask(box, 'CREATE TABLE mine (a int)', ['-d', 'postgres']);
  expect(await removal()).toMatch(/other databases.*postgres/s);
  await ask(box, "DROP TABLE mine; CREATE ROLE app LOGIN PASSWORD 'x'", ['-d', 'postgres']);
  expect(await box.orq(['down', '--backup'])).toMatchObject({ code: 0 });
  const removed = await box.orq(['down', '--volumes']);
  expect(removed, removed.stderr).toMatchObject({ code: 0 });
  expect(await box.orq(['undo', '--yes'])).toMatchObject({ code: 0 });
  const back =
    "SELECT count(*), (SELECT rolpassword IS NOT NULL FROM pg_authid WHERE rolname = 'app') FROM notes";
  expect(await ask(box, back)).toBe('2|t');
});
