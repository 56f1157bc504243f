import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { withProjectLock } from '../../src/host/project-lock.ts';

test('operations of one process take the lock one after the other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orq-lock-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const options = {
    command: 'test',
    waitMs: 10_000,
    signal: new AbortController().signal,
    onWaiting: () => undefined,
  };
  let inside = 0;
  const most: number[] = [];
  const work = async (): Promise<void> => {
    inside += 1;
    most.push(inside);
    await setImmediate();
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 10 }, () => withProjectLock(folder, options, work)));
  expect(most).toEqual(Array.from({ length: 10 }, () => 1));
  expect(await readdir(folder)).toEqual([]);
});
