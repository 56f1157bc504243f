import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load } from './load.ts';

const root = join(import.meta.dirname, 'fixtures');

async function filesOf(fixture: string): Promise<Record<string, string>> {
  const names = await readdir(join(root, fixture));
  const texts = names.map(async (name) => [name, await readFile(join(root, fixture, name), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

// `resolved.json` is what `docker compose config --format json` made of the same files.
async function loadFixture(fixture: string) {
  const { 'resolved.json': resolved = '', ...files } = await filesOf(fixture);
  const reference = await load(resolved);
  const projectName = reference.project.name;
  const loaded = await load({ ...files }, { environment: { HOME: '/home/me' }, projectName });
  return { loaded, reference };
}

describe.each(await readdir(root))('the files of %s', (fixture) => {
  it('mean the same as what docker compose makes of them', async () => {
    const { loaded, reference } = await loadFixture(fixture);
    const { name, services, networks, volumes } = reference.project;
    expect(loaded.project).toMatchObject({ name, services, networks, volumes });
    expect(Object.keys(loaded.project.services).sort()).toEqual(Object.keys(services).sort());
  });

  it('survive being written and read again', async () => {
    const { loaded } = await loadFixture(fixture);
    const again = await load(JSON.stringify(loaded.document));
    const { name, services, networks, volumes } = loaded.project;
    expect(again.project).toMatchObject({ name, services, networks, volumes, warnings: [] });
    expect(again.document).toEqual(loaded.document);
  });
});
