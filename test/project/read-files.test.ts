import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskReader } from '../../src/project/read-files.ts';
import { resolveTargets } from '../../src/project/resolve-targets.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orq-'));
  await mkdir(join(folder, 'compose', 'demo'), { recursive: true });
  await writeFile(join(folder, 'compose', 'demo', 'compose.yaml'), 'services: {a: {image: x}}');
  await writeFile(join(folder, 'orq.toml'), 'default = ["demo"]');
});
afterAll(async () => await rm(folder, { recursive: true }));

describe('the disk', () => {
  it('gives texts and folders', async () => {
    await expect(diskReader.read(join(folder, 'orq.toml'))).resolves.toContain('demo');
    await expect(diskReader.folders(join(folder, 'compose'))).resolves.toEqual(['demo']);
  });

  it('has nothing where there is nothing', async () => {
    await expect(diskReader.read(join(folder, 'none'))).resolves.toBeUndefined();
    await expect(diskReader.read(join(folder, 'orq.toml', 'below'))).resolves.toBeUndefined();
    await expect(diskReader.folders(join(folder, 'none'))).resolves.toEqual([]);
  });

  it('says when a file is a folder', async () => {
    await expect(diskReader.read(folder)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      detail: 'It is a folder.',
    });
  });

  it('holds a profile that can be loaded', async () => {
    const options = { names: [], directory: folder, environment: {}, mode: 'debug' } as const;
    const [target] = await resolveTargets(options);
    expect(target?.loaded.project).toMatchObject({ name: 'demo', profile: 'demo' });
  });
});
