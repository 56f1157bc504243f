import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from '../scenario/embedded-sandbox.ts';

/** Runs `work` with another file system on a folder; needs root. */
async function mounted(folder: string, options: string, work: () => Promise<void>): Promise<void> {
  await mkdir(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  try {
    await work();
  } finally {
    execFileSync('umount', ['-l', folder]);
  }
}

test('a disk that is full during initdb is named, and the next up works', async ({ checkout }) => {
  await mounted(join(checkout.directory, '.orq/data'), 'size=12m,mode=755', async () => {
    const run = await checkout.orq(['up', '--timeout', '30s']);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/No space left on device|could not (write|extend)/);
    expect(await checkout.orq(['down', '--volumes', '--no-backup'])).toMatchObject({ code: 0 });
  });
  expect(await checkout.orq(['up'])).toMatchObject({ code: 0 });
});

test('a data folder that cannot be written is named before anything runs', async ({ checkout }) => {
  await mounted(join(checkout.directory, '.orq'), 'ro', async () => {
    const run = await checkout.orq(['up', '--timeout', '30s']);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/\[(DATA_DIR_UNUSABLE|STATE_UNWRITABLE)\]/);
  });
  expect(await checkout.orq(['up'])).toMatchObject({ code: 0 });
});
