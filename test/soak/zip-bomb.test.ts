import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { expect } from 'vitest';
import { ZipArchive } from 'archiver';
import { images, type Sandbox, test } from '../scenario/sandbox.ts';

async function databaseWith(box: Sandbox, sql: string): Promise<void> {
  await box.compose(`
services:
  database:
    image: ${images.postgres}
    environment: { POSTGRES_PASSWORD: secret, POSTGRES_DB: shop }
    ports: ['${await box.freePort()}:5432']
`);
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  expect(await box.orq(['psql', 'database', '--', '-c', sql])).toMatchObject({ code: 0 });
}

const megabyte = 1 << 20;

/** A zip that is small and unpacks to gigabytes of one character. */
async function bomb(path: string, character: string, megabytes: number): Promise<void> {
  const block = Buffer.alloc(megabyte, character);
  const zip = new ZipArchive({ zlib: { level: 1 }, forceZip64: true });
  const content = Readable.from(Array.from({ length: megabytes }, () => block));
  zip.append(content, { name: 'backup.sql' });
  await Promise.all([pipeline(zip, createWriteStream(path)), zip.finalize()]);
}

test('a zip bomb ends in an error, with little memory, and the database is as before', async ({ box }) => {
  await databaseWith(box, 'CREATE TABLE notes AS SELECT 1 AS a');
  for (const character of ['a', "'", '(', '-']) {
    await bomb(box.path('bomb.sql.zip'), character, 600);
    const run = await box.orq(['restore', 'bomb.sql.zip', '--yes', '--no-safety'], {
      prefix: ['prlimit', '--data=1500000000'],
    });
    expect(run.code, `${character}: ${run.stderr}`).toBe(1);
    expect(run.stderr, character).toMatch(/\[[A-Z_]+\]/);
    expect(run.stderr, character).not.toContain('[BUG]');
    const rows = await box.orq(['psql', 'database', '--', '-Atc', 'SELECT count(*) FROM notes']);
    expect(rows.stdout.trim(), character).toBe('1');
  }
});
