import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from './embedded-sandbox.ts';

test('backup, restore and undo without containers, of PostgreSQL and Redis', async ({ checkout }) => {
  const { directory, orq, sql } = checkout;
  const redis = async (...words: readonly string[]): Promise<string> =>
    (await orq(['exec', '-T', 'redis', 'redis-cli', ...words])).stdout.trim();
  expect(await orq(['up'])).toMatchObject({ code: 0 });
  expect(await redis('set', 'key', 'before')).toBe('OK');
  expect(await orq(['backup', '--name', 'both'])).toMatchObject({ code: 0 });
  const files = await readdir(join(directory, 'database/backups'));
  const named = (extension: string): string =>
    files.find((file) => file.startsWith('both_') && file.endsWith(extension)) ?? '';
  for (const extension of ['.sql.zip', '.rdb.zip'])
    expect(await orq(['backup', 'verify', named(extension)])).toMatchObject({ code: 0 });
  await sql("DELETE FROM billings; INSERT INTO users (username, email, password) VALUES ('n', 'n', 'n')");
  expect(await redis('set', 'key', 'after')).toBe('OK');
  const users = "SELECT count(*) FROM users WHERE username = 'n'";
  expect(await orq(['restore', named('.sql.zip'), '--yes'])).toMatchObject({ code: 0 });
  expect(await orq(['restore', named('.rdb.zip'), '--yes'])).toMatchObject({ code: 0 });
  expect([await sql(users), await redis('get', 'key'), await redis('role')]).toEqual([
    '0',
    'before',
    expect.stringMatching(/^master/),
  ]);
  expect(await orq(['restart', 'redis'])).toMatchObject({ code: 0 });
  expect(await redis('get', 'key')).toBe('before');
});
