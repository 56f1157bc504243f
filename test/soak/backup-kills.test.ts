import { readdir, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { images, type Sandbox, test } from '../scenario/sandbox.ts';
import { seededRandom } from './seeded-random.ts';

const rounds = Number(process.env['ORQ_SOAK_ROUNDS'] ?? 50);
const seed = Number(process.env['ORQ_SOAK_SEED'] ?? 20);
const rows = 300_000;

async function database(box: Sandbox): Promise<void> {
  await box.compose(`
services:
  database:
    image: ${images.postgres}
    environment: { POSTGRES_PASSWORD: secret, POSTGRES_DB: shop }
    ports: ['${await box.freePort()}:5432']
`);
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  await ask(box, `CREATE TABLE big AS SELECT g, md5(g::text) FROM generate_series(1, ${rows}) g`);
}

async function ask(box: Sandbox, sql: string): Promise<string> {
  const { stdout, stderr } = await box.orq(['psql', 'database', '--', '-At', '-c', sql]);
  return stdout.trim() || stderr.trim();
}

const folder = (box: Sandbox): string => box.path('database', 'backups');

async function archives(box: Sandbox): Promise<readonly string[]> {
  return (await readdir(folder(box))).filter((name) => !name.startsWith('.')).sort();
}

test('killed at any moment, backups and restores leave the data, and nothing that is taken for a backup', async ({
  box,
}) => {
  await database(box);
  expect(await box.orq(['backup', '--name', 'base'])).toMatchObject({ code: 0 });
  const random = seededRandom(seed);
  const commands = [
    ['backup'],
    ['restore', 'base', '--yes'],
    ['restore', 'base', '--yes', '--no-safety'],
    ['backup', 'verify', 'base'],
    ['snapshot', 'save'],
    ['undo', '--yes'],
  ];
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const command = commands[Math.floor(random() * commands.length)] ?? [];
    const afterMs = Math.round(100 + random() * 4000);
    const run = box.start(command);
    const timer = setTimeout(() => run.kill('SIGKILL'), afterMs);
    const { code } = await run.finished;
    clearTimeout(timer);
    killed += code === null ? 1 : 0;
    const where = `round ${round}: ${command.join(' ')} killed after ${afterMs} ms`;
    expect(await ask(box, 'SELECT count(*) FROM big'), where).toBe(String(rows));
    for (const file of await archives(box))
      expect(await box.orq(['backup', 'verify', file, '--quick']), `${where}, ${file}`).toMatchObject({
        code: 0,
      });
  }
  expect(killed).toBeGreaterThan(rounds / 4);
  expect(await box.orq(['restore', 'base', '--yes'])).toMatchObject({ code: 0 });
  expect(await box.orq(['backup'])).toMatchObject({ code: 0 });
  expect((await readdir(folder(box))).filter((name) => name.endsWith('.partial'))).toEqual([]);
  const left = `SELECT (SELECT count(*) FROM pg_database WHERE datname LIKE 'orq\\_restore\\_%'),
    (SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'orq-%')`;
  expect(await ask(box, left)).toBe('0|0');
  expect(await ask(box, 'SELECT count(*) FROM big')).toBe(String(rows));
});

test('an archive cut at every hundredth and changed at 200 places is always found out', async ({ box }) => {
  await database(box);
  expect(await box.orq(['backup'])).toMatchObject({ code: 0 });
  const [file = ''] = await archives(box);
  const path = box.path('database', 'backups', file);
  const whole = await readFile(path);
  const isFound = async (bytes: Buffer, what: string): Promise<void> => {
    await writeFile(path, bytes);
    const run = await box.orq(['backup', 'verify', file, '--quick']);
    expect(run.stderr, what).toContain('[BACKUP_DAMAGED]');
  };
  for (let share = 0; share < 100; share += 1) {
    const length = Math.floor((whole.length * share) / 100);
    await isFound(whole.subarray(0, length), `cut to ${length} of ${whole.length}`);
  }
  const random = seededRandom(seed);
  for (let number = 0; number < 200; number += 1) {
    const at = Math.floor(random() * whole.length);
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    await isFound(changed, `byte ${at} of ${whole.length}`);
  }
  await writeFile(path, whole);
  expect(await box.orq(['backup', 'verify', file])).toMatchObject({ code: 0 });
});

test('a restore under load: writers are told, no reader sees a half-filled database', async ({ box }) => {
  await database(box);
  expect(await box.orq(['backup', '--name', 'base'])).toMatchObject({ code: 0 });
  const script = `while [ ! -e /tmp/stop ]; do
    psql -qAtU postgres -d shop -v ON_ERROR_STOP=1 -c 'SELECT count(*) FROM big' >> /tmp/seen 2>> /tmp/told
    psql -qU postgres -d shop -c 'INSERT INTO big VALUES (0), (0)' 2>> /tmp/told; done`;
  const load = [1, 2, 3].map(() => box.start(['exec', '-T', 'database', 'sh', '-c', script]));
  for (let round = 0; round < 5; round += 1) {
    const run = await box.orq(['restore', 'base', '--yes', '--no-safety', '--json']);
    expect(run).toMatchObject({ code: 0 });
    const { restored }: { restored: { swapMs: number } } = JSON.parse(run.stdout);
    expect(restored.swapMs).toBeLessThan(5000);
  }
  await box.orq(['exec', '-T', 'database', 'touch', '/tmp/stop']);
  await Promise.all(load.map(({ finished }) => finished));
  const { stdout } = await box.orq(['exec', '-T', 'database', 'cat', '/tmp/seen']);
  const seen = stdout.trim().split('\n').map(Number);
  expect(seen.length).toBeGreaterThan(10);
  expect(seen.filter((count) => count < rows || count % 2 !== 0)).toEqual([]);
});
