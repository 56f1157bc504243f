import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeText } from '../../src/cli/run/write-report.ts';

test('a report that cannot take its place is said to, and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orq-report-'));
  try {
    await writeText(join(folder, 'taken', 'file'), 'x');
    await expect(writeText(join(folder, 'taken'), 'y')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(await readdir(folder)).toEqual(['taken']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
