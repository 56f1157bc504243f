import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { readCodeCache, writeCodeCache } from '../../src/launcher/code-cache.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orq-launcher-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const program = resolve(import.meta.dirname, '../../dist/main.js');

async function version(cache: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const env = { ...process.env, ...more, XDG_CACHE_HOME: cache };
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--version'], { env });
  return stdout.trim();
}

test('compiled code is left to the next run, which uses it', async () => {
  const folder = await emptyFolder();
  expect(await version(folder)).toBe(manifest.version);
  const code = join(folder, 'orq', 'code');
  const [file = ''] = await readdir(code);
  const written = await readFile(join(code, file));
  expect([...readCodeCache(join(code, file)).keys()]).toContain('orq.js');
  expect(await version(folder)).toBe(manifest.version);
  expect((await readFile(join(code, file))).equals(written)).toBe(true);
  expect(await readdir(code)).toEqual([file]);
});

test('compiled code that is cut short or foreign is made anew', async () => {
  const folder = await emptyFolder();
  await version(folder);
  const code = join(folder, 'orq', 'code');
  const [file = ''] = await readdir(code);
  const whole = await readFile(join(code, file));
  for (const content of [whole.subarray(0, 1000), Buffer.from('[["orq.js",4]]\nnope'), Buffer.from('?')]) {
    await writeFile(join(code, file), content);
    expect(await version(folder)).toBe(manifest.version);
    expect((await readFile(join(code, file))).length).toBeGreaterThan(10_000);
  }
});

test('nothing is kept where that is not wanted or not possible', async () => {
  const folder = await emptyFolder();
  expect(await version(folder, { NODE_DISABLE_COMPILE_CACHE: '1' })).toBe(manifest.version);
  expect(await readdir(folder)).toEqual([]);
  await writeFile(join(folder, 'file'), '');
  expect(await version(join(folder, 'file'))).toBe(manifest.version);
  await chmod(folder, 0o500);
  expect(await version(folder)).toBe(manifest.version);
  await chmod(folder, 0o700);
});

test('what is written is read again, and a file that is not there holds nothing', async () => {
  const folder = await emptyFolder();
  const file = join(folder, 'deep', 'code');
  const compiled = new Map([
    ['a.js', Buffer.from('one')],
    ['b.js', Buffer.alloc(0)],
  ]);
  writeCodeCache(file, compiled);
  expect(readCodeCache(file)).toEqual(compiled);
  expect(readCodeCache(join(folder, 'none'))).toEqual(new Map());
});
