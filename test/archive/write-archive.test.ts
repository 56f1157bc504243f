import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openPromise } from 'yauzl';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ArchiveSources, writeArchive } from '../../src/archive/write-archive.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orq-archive-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (manifest: ArchiveSources['manifest'], signal: AbortSignal): Promise<string> =>
  writeArchive(
    join(folder, 'a.zip'),
    { files: [{ name: 'data', source: Readable.from([Buffer.from('rows')]) }], manifest },
    signal,
  );

it('is a zip file whose checksums others agree with, and tells its own', async () => {
  const path = join(folder, 'b.zip');
  const source = Readable.from([Buffer.from('1234'), Buffer.from('56789')]);
  const sources: ArchiveSources = {
    files: [{ name: 'data', source }],
    manifest: () => Promise.resolve('123456789'),
  };
  const sum = await writeArchive(path, sources, new AbortController().signal);
  expect(sum).toBe(
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  );
  const sums: number[] = [];
  for await (const entry of (await openPromise(path)).eachEntry()) sums.push(entry.crc32);
  // What the definition of CRC-32 gives as its check value.
  expect(sums).toEqual([0xcbf43926, 0xcbf43926]);
});

it('ends with the abort when that comes while the manifest is made', async () => {
  const controller = new AbortController();
  const written = write(async () => {
    controller.abort(new Error('interrupted'));
    await new Promise(setImmediate);
    return '{}';
  }, controller.signal);
  await expect(written).rejects.toThrow(/interrupted|aborted|closed/);
});

it('ends with the abort when that comes while the end is written', async () => {
  const controller = new AbortController();
  const written = write(() => {
    process.nextTick(() => controller.abort(new Error('interrupted')));
    return Promise.resolve('{}');
  }, controller.signal);
  await expect(written).rejects.toThrow(/interrupted|aborted|closed/);
});

it('ends with what the manifest failed with', async () => {
  const failed = write(() => Promise.reject(new Error('no facts')), new AbortController().signal);
  await expect(failed).rejects.toThrow('no facts');
});
