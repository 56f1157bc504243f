import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readingScript, statsOf } from '../../../src/engine/kubernetes/control-group.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orq-control-group-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function readingOf(files: Readonly<Record<string, string>>): Promise<ReturnType<typeof statsOf>> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', readingScript(folder)]);
  return statsOf(stdout);
}

test('version 2 of control groups tells use and limits', async () => {
  const files = {
    'cpu.stat': 'usage_usec 5000\nuser_usec 1\n',
    'memory.current': '4096\n',
    'pids.current': '7\n',
  };
  const found = { cpuPercent: 0, memoryBytes: 4096, pids: 7 };
  expect(await readingOf({ ...files, 'memory.max': '8192\n' })).toEqual({ ...found, memoryLimitBytes: 8192 });
  expect(await readingOf({ ...files, 'memory.max': 'max\n' })).toEqual({ ...found, memoryLimitBytes: 0 });
});

test('version 1 does too, and writes no limit as a huge one', async () => {
  const files = {
    'cpuacct/cpuacct.usage': '5000000\n',
    'memory/memory.usage_in_bytes': '4096\n',
    'pids/pids.current': '7\n',
  };
  const limit = 'memory/memory.limit_in_bytes';
  const found = { cpuPercent: 0, memoryBytes: 4096, pids: 7 };
  expect(await readingOf({ ...files, [limit]: '8192\n' })).toEqual({ ...found, memoryLimitBytes: 8192 });
  const none = await readingOf({ ...files, [limit]: '9223372036854771712\n' });
  expect(none).toEqual({ ...found, memoryLimitBytes: 0 });
});

test('the use of the processor is the difference of two readings', () => {
  expect(statsOf('usage_usec 1000000\nusage_usec 1250000\n').cpuPercent).toBe(50);
});
