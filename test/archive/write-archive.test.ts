import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ArchiveSources, writeArchive } from '../../src/archive/write-archive.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orq-archive-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (manifest: ArchiveSources['manifest'], signal: AbortSignal): Promise<void> =>
  writeArchive(
    join(folder, 'a.zip'),
    { files: [{ name: 'data', source: Readable.from([Buffer.from('rows')]) }], manifest },
    signal,
  );

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
