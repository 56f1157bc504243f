import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { awkward, properties } from '../scenario/backup/awkward-database.ts';
import { images, type Sandbox, test } from '../scenario/sandbox.ts';

/** Rows of the large tables: about a gigabyte on disk, indexes included. */
const volume = `
CREATE TABLE large AS SELECT g AS id, md5(g::text) AS hash, g * 0.1::numeric AS amount, now() - g * interval '1 s' AS at,
  jsonb_build_object('g', g, 'tags', ARRAY[g % 7, g % 11]) AS doc, repeat(chr(97 + g % 26), 80) AS filler
  FROM generate_series(1, 3400000) g;
ALTER TABLE large ADD PRIMARY KEY (id);
CREATE INDEX ON large (hash);
SELECT lo_from_bytea(0, decode(repeat(md5(g::text), 2000), 'hex')) FROM generate_series(1, 500) g;
INSERT INTO part_1 SELECT g % 100 FROM generate_series(1, 500000) g;
`;

/** A digest of every line of a dump, whatever their order: hash partitions of an enum take other rows after a restore. */
async function dumpDigest(box: Sandbox, database: string): Promise<string> {
  const { name } = (await box.containers())['database-1'] ?? { name: '' };
  const child = spawn('docker', ['exec', name, 'pg_dump', '-U', 'postgres', '-d', `dbname='${database}'`], {
    env: { ...process.env, ...box.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const sum = Buffer.alloc(32);
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (/^\\(un)?restrict /.test(line)) continue;
    lines += 1;
    const digest = createHash('sha256').update(line).digest();
    for (let at = 0; at < 32; at += 1) sum[at] = ((sum[at] ?? 0) + (digest[at] ?? 0)) % 256;
  }
  if (child.exitCode === null) await once(child, 'close');
  expect(child.exitCode).toBe(0);
  return `${lines} lines, ${sum.toString('hex')}`;
}

async function ask(box: Sandbox, sql: string): Promise<string> {
  const run = await box.orq(['psql', 'database', '--', '-At', '-c', sql]);
  expect(run, run.stderr).toMatchObject({ code: 0 });
  return run.stdout.trim();
}

test('a gigabyte of every common type comes back as it was', async ({ box }) => {
  await box.compose(`
services:
  database:
    image: ${images.postgres}
    command: [postgres, -c, wal_level=logical, -c, max_wal_size=4GB]
    environment: { POSTGRES_PASSWORD: secret, POSTGRES_DB: 'shop=1' }
    ports: ['127.0.0.1:${await box.freePort()}:5432']
`);
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  const loaded = await box.orq(['psql', 'database', '--', '-qv', 'ON_ERROR_STOP=1'], {
    stdin: awkward + volume,
  });
  expect(loaded, loaded.stderr).toMatchObject({ code: 0 });
  const megabytes = Number(await ask(box, `SELECT pg_database_size(current_database()) / 1000000`));
  expect(megabytes).toBeGreaterThan(1000);
  const before = [await dumpDigest(box, 'shop=1'), await ask(box, properties)];
  expect(await box.orq(['backup'])).toMatchObject({ code: 0 });
  expect(await box.orq(['backup', 'verify'])).toMatchObject({ code: 0 });
  await ask(box, 'TRUNCATE large; DROP TABLE secure; ALTER TABLE notes ADD COLUMN more int');
  const restored = await box.orq(['restore', '--yes', '--no-safety']);
  expect(restored, restored.stderr).toMatchObject({ code: 0 });
  expect([await dumpDigest(box, 'shop=1'), await ask(box, properties)]).toEqual(before);
  console.log(`${megabytes} MB, ${before[0]}, the same after backup, damage and restore`);
});
