import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile } from '../../src/host/replace-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orq-replace-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a file that is replaced', () => {
  it('is whole when several write it at once, and they leave nothing else', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(5000));
    await Promise.all(texts.map((text) => replaceFile(join(folder, 'note'), text)));
    expect(texts).toContain(await readFile(join(folder, 'note'), 'utf8'));
    expect(await readdir(folder)).toEqual(['note']);
  });

  it('leaves no draft where it cannot be replaced', async () => {
    await mkdir(join(folder, 'note'));
    await expect(replaceFile(join(folder, 'note'), 'text')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(folder)).toEqual(['note']);
  });
});
