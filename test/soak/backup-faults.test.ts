import { mkdir, readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import { images, type Sandbox, test } from '../scenario/sandbox.ts';

async function database(box: Sandbox, more = ''): Promise<void> {
  await box.compose(`
services:
  database:
    image: ${images.postgres}
    command: [postgres, -c, max_wal_size=64MB, -c, min_wal_size=32MB]
    environment: { POSTGRES_PASSWORD: secret, POSTGRES_DB: shop }
    ports: ['${await box.freePort()}:5432']
    volumes: ['data:/var/lib/postgresql/data']
${more}
`);
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  await ask(box, 'CREATE TABLE big AS SELECT g, md5(g::text) FROM generate_series(1, 1000000) g');
}

async function ask(box: Sandbox, sql: string): Promise<string> {
  const { stdout, stderr } = await box.orq(['psql', 'database', '--', '-At', '-c', sql]);
  return stdout.trim() || stderr.trim();
}

const plainVolume = 'volumes: { data: }';
const folder = (box: Sandbox): string => box.path('database', 'backups');

async function left(box: Sandbox): Promise<readonly string[]> {
  return (await readdir(folder(box))).filter((name) => name.endsWith('.partial') || !name.startsWith('.'));
}

const scratches = "SELECT count(*) FROM pg_database WHERE datname LIKE 'orq\\_restore\\_%'";

test('a full disk under the backups: said so, nothing is left, and it works once there is room', async ({
  box,
}) => {
  await database(box, plainVolume);
  await mkdir(folder(box), { recursive: true });
  const mounted = await box.run(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder(box)]);
  expect(mounted, 'mounting a small disk').toMatchObject({ code: 0 });
  try {
    const run = await box.orq(['backup']);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('[DISK_FULL]');
    expect(await left(box)).toEqual([]);
    await box.run(['mount', '-o', 'remount,size=200m', folder(box)]);
    expect(await box.orq(['backup', '--name', 'whole'])).toMatchObject({ code: 0 });
    await box.run(['mount', '-o', 'remount,ro', folder(box)]);
    expect((await box.orq(['backup'])).stderr).toContain('the file system is read-only');
    expect(await box.orq(['restore', 'whole', '--yes', '--no-safety'])).toMatchObject({ code: 0 });
  } finally {
    await box.run(['umount', '-l', folder(box)]);
  }
});

test('a full disk under the server: said so, and the database is as before', async ({ box }) => {
  const disk = `volumes: { data: { driver_opts: { type: tmpfs, device: tmpfs, o: size=420m } } }`;
  await database(box, disk);
  expect(await box.orq(['backup', '--name', 'base'])).toMatchObject({ code: 0 });
  await ask(box, 'CREATE TABLE filler AS SELECT repeat(md5(g::text), 60) FROM generate_series(1, 110000) g');
  expect((await box.orq(['restore', 'base', '--yes'])).stderr).toContain('[DISK_FULL]');
  expect((await box.orq(['snapshot', 'save'])).stderr).toContain('[DISK_FULL]');
  const lines = Array.from(
    { length: 200 },
    (_, index) => `INSERT INTO t SELECT md5(g::text) FROM generate_series(1, 100000) g; -- ${index}`,
  );
  await box.write('large.sql', `CREATE TABLE t (a text);\n${lines.join('\n')}\n`);
  const run = await box.orq(['restore', 'large.sql', '--yes', '--no-safety']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('[DISK_FULL]');
  expect(await ask(box, 'SELECT count(*) FROM big')).toBe('1000000');
  expect(await ask(box, scratches)).toBe('0');
});

test('the server is killed or stopped in the middle: said so, and afterwards all is as before', async ({
  box,
}) => {
  await database(box, plainVolume);
  expect(await box.orq(['backup', '--name', 'base'])).toMatchObject({ code: 0 });
  const count = (): Promise<string> => ask(box, 'SELECT count(*) FROM big');
  for (const command of [['backup'], ['restore', 'base', '--yes', '--no-safety']]) {
    for (const how of ['kill', 'stop'] as const) {
      const before = await left(box);
      const run = box.start(command);
      await run.until(command[0] === 'backup' ? /dumping|dumped|checked/ : /checked/).catch(() => undefined);
      const { id = '' } = (await box.containers())['database-1'] ?? {};
      if (how === 'kill') await box.engine.killContainer(id, 'SIGKILL');
      else await box.engine.stopContainer(id, {});
      const { code, stderr } = await run.finished;
      const what = `${command.join(' ')}, ${how}: ${stderr}`;
      expect(code === 0 ? before : await left(box), what).toEqual(before);
      expect(stderr, what).not.toContain('[BUG]');
      expect(await box.orq(['up']), what).toMatchObject({ code: 0 });
      expect(await count(), what).toBe('1000000');
    }
  }
  expect(await box.orq(['restore', 'base', '--yes'])).toMatchObject({ code: 0 });
  expect(await ask(box, scratches)).toBe('0');
  expect(await count()).toBe('1000000');
});
