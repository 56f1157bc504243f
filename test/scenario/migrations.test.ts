import { expect } from 'vitest';
import { type Sandbox, test } from './sandbox.ts';

const postgres = process.env['ORQ_IMAGE_POSTGRES'] ?? 'postgres:17';

async function database(box: Sandbox): Promise<void> {
  await box.compose(`
services:
  database:
    image: ${postgres}
    environment: { POSTGRES_PASSWORD: secret }
    ports: ['${await box.freePort()}:5432']
    x-orq: { database: { migrations: migrations, seed: seed.sql } }
`);
  await box.write(
    'migrations/0001_notes.sql',
    'CREATE TABLE notes (id serial PRIMARY KEY, text text UNIQUE);\n',
  );
  await box.write('seed.sql', "INSERT INTO notes (text) VALUES ('seeded') ON CONFLICT DO NOTHING;\n");
}

async function ask(box: Sandbox, sql: string): Promise<string> {
  const { stdout, stderr } = await box.orq(['psql', 'database', '--', '-Atc', sql]);
  return stdout.trim() || stderr.trim();
}

test('migrations and seeds are applied once', async ({ box }) => {
  await database(box);
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  expect(await ask(box, 'SELECT text FROM notes')).toBe('seeded');
  const again = await box.orq(['up', '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ environments: [{ changed: false }] });
  expect(await box.orq(['restart'])).toMatchObject({ code: 0 });
  expect(await ask(box, 'SELECT count(*) FROM notes')).toBe('1');
});

test('an added migration is shown by --plan and applied by the next up', async ({ box }) => {
  await database(box);
  await box.orq(['up']);
  await box.write('migrations/0002_colour.sql', 'ALTER TABLE notes ADD COLUMN colour text;\n');
  const plan = await box.orq(['up', '--plan']);
  expect(plan.code).toBe(3);
  expect(plan.stdout).toContain('0002_colour.sql');
  const before = await box.containers();
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  expect(await box.containers()).toEqual(before);
  expect(await ask(box, 'SELECT count(colour) FROM notes')).toBe('0');
});

test('a changed migration that was applied is refused before anything is touched', async ({ box }) => {
  await database(box);
  await box.orq(['up']);
  const before = await box.containers();
  await box.write('migrations/0001_notes.sql', 'CREATE TABLE notes (id bigserial PRIMARY KEY);\n');
  const run = await box.orq(['up', '--force-recreate']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('[MIGRATION_CHANGED]');
  expect(run.stderr).toContain('0001_notes.sql');
  expect(await box.containers()).toEqual(before);
});

test('a migration that fails is rolled back whole, and a corrected one is applied', async ({ box }) => {
  await database(box);
  await box.orq(['up']);
  await box.write('migrations/0002_broken.sql', 'CREATE TABLE half (id int);\nSELECT * FROM nowhere;\n');
  const run = await box.orq(['up']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('[MIGRATION_FAILED]');
  expect(run.stderr).toContain('0002_broken.sql');
  expect(run.stderr).toContain('nowhere');
  expect(await ask(box, "SELECT count(*) FROM pg_tables WHERE tablename = 'half'")).toBe('0');
  await box.write('migrations/0002_broken.sql', 'CREATE TABLE half (id int);\n');
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  expect(await ask(box, "SELECT count(*) FROM pg_tables WHERE tablename = 'half'")).toBe('1');
});

test('a changed password of a database that has its data is not taken for a database that starts', async ({
  box,
}) => {
  await database(box);
  await box.write(
    'compose.yaml',
    (await box.read('compose.yaml'))
      .replace('x-orq', "volumes: ['data:/var/lib/postgresql/data']\n    x-orq")
      .concat('volumes: { data: }\n'),
  );
  await box.orq(['up']);
  await box.write('compose.yaml', (await box.read('compose.yaml')).replace('secret', 'other'));
  const run = await box.orq(['up', '--timeout', '5s']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('password authentication failed');
  expect((await box.containers())['database-1']?.state).toBe('running');
});
