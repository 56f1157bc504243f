import { describe, expect, it } from 'vitest';
import { OrqError } from '../../src/model/errors.ts';
import { listProfiles, resolveTargets, type TargetOptions } from '../../src/project/resolve-targets.ts';
import { memoryReader } from './memory-reader.ts';

const profiles = {
  'compose/orchestrator/compose.yaml':
    'services: {db: {image: x, volumes: [./d:/d]}, admin: {image: x, profiles: [tools]}}',
  'compose/orchestrator/compose.production.yaml': 'services: {db: {image: y}}',
  'compose/shop/compose.yaml': 'name: my-shop\nservices: {web: {image: "${TAG-none}"}}',
  'compose/empty/readme.md': '',
};

const targets = async (
  files: Record<string, string>,
  names: string[],
  options: Partial<TargetOptions> = {},
) =>
  await resolveTargets({
    names,
    directory: '/app',
    environment: {},
    mode: 'debug',
    reader: memoryReader(files),
    ...options,
  });

async function summary(...args: Parameters<typeof targets>) {
  const found = await targets(...args);
  return found.map(({ loaded: { project }, services }) => [project.name, project.profile, services]);
}

async function failure(...args: Parameters<typeof targets>): Promise<OrqError> {
  try {
    await targets(...args);
  } catch (error) {
    if (error instanceof OrqError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('resolveTargets', () => {
  it.each<[string, Record<string, string>, string[], unknown[]]>([
    ['a profile', profiles, ['shop'], [['my-shop', 'shop', undefined]]],
    [
      'several profiles',
      profiles,
      ['shop', 'orchestrator'],
      [
        ['my-shop', 'shop', undefined],
        ['orchestrator', 'orchestrator', undefined],
      ],
    ],
    ['the usual profile', profiles, [], [['orchestrator', 'orchestrator', undefined]]],
    ['orq.toml', { ...profiles, 'orq.toml': 'default = ["shop"]' }, [], [['my-shop', 'shop', undefined]]],
    ['a service of the profile at hand', profiles, ['db'], [['orchestrator', 'orchestrator', ['db']]]],
    ['a service that is switched off', profiles, ['admin'], [['orchestrator', 'orchestrator', ['admin']]]],
    ['a service of a named profile', profiles, ['shop', 'web'], [['my-shop', 'shop', ['web']]]],
    [
      'the Compose file of the folder',
      { ...profiles, 'compose.yaml': 'services: {own: {image: x}}' },
      [],
      [['app', undefined, undefined]],
    ],
    [
      'a service of it',
      { 'compose.yaml': 'services: {own: {image: x}}' },
      ['own'],
      [['app', undefined, ['own']]],
    ],
  ])('%s', async (_, files, names, expected) => {
    await expect(summary(files, names)).resolves.toEqual(expected);
  });

  it('takes files by -f before profiles', async () => {
    const files = { ...profiles, 'x.yaml': 'services: {own: {image: x}}' };
    await expect(summary(files, [], { files: ['x.yaml'] })).resolves.toEqual([['app', undefined, undefined]]);
  });

  it('finds profiles from a folder below', async () => {
    await expect(summary(profiles, ['shop'], { directory: '/app/src/deep' })).resolves.toHaveLength(1);
  });

  it('adds the overlay of the mode and resolves paths against the folder of the profile', async () => {
    const [target] = await targets(profiles, ['orchestrator'], { mode: 'production' });
    const project = target?.loaded.project;
    expect(project?.services['db']).toMatchObject({
      image: 'y',
      mounts: [{ source: '/app/compose/orchestrator/d' }],
    });
    expect(project?.files).toEqual([
      '/app/compose/orchestrator/compose.yaml',
      '/app/compose/orchestrator/compose.production.yaml',
    ]);
  });

  it('switches a named service on', async () => {
    const [target] = await targets(profiles, ['admin']);
    expect(Object.keys(target?.loaded.project.services ?? {})).toEqual(['db', 'admin']);
  });

  it.each([
    ['of the profile', { 'compose/shop/.env': 'TAG=own', '.env': 'TAG=root' }, 'own'],
    ['of the root', { '.env': 'TAG=root' }, 'root'],
  ])('reads the .env %s', async (_, files, image) => {
    const [target] = await targets({ ...profiles, ...files }, ['shop']);
    expect(target?.loaded.project.services['web']?.image).toBe(image);
  });

  it('says what exists when a name is unknown', async () => {
    await expect(failure(profiles, ['shpo'])).resolves.toMatchObject({
      code: 'PROFILE_UNKNOWN',
      hint: 'Did you mean "shop"? Profiles: orchestrator, shop. Services: db, admin.',
    });
  });

  it.each([
    ['default = [', 'COMPOSE_INVALID', 1],
    ['\ndefault = "shop"', 'COMPOSE_INVALID', 2],
    ['\n\ndefualt = ["shop"]', 'COMPOSE_INVALID', 3],
  ])('refuses the orq.toml %j', async (toml, code, line) => {
    const error = await failure({ ...profiles, 'orq.toml': toml }, []);
    expect(error.code).toBe(code);
    expect(error.problems[0]?.position).toMatchObject({ file: '/app/orq.toml', line });
  });

  it('refuses a default that does not exist', async () => {
    const error = await failure({ ...profiles, 'orq.toml': 'default = ["shoop"]' }, []);
    expect(error).toMatchObject({ code: 'PROFILE_UNKNOWN', hint: expect.stringContaining('"shop"') });
  });

  it('fails where there is nothing', async () => {
    await expect(failure({}, [])).resolves.toMatchObject({ code: 'NO_COMPOSE_FILE' });
    await expect(failure({ 'compose/x/compose.yaml': '' }, [])).resolves.toMatchObject({
      hint: expect.stringContaining('Profiles: x.'),
    });
  });

  it('lists the profiles', async () => {
    await expect(listProfiles('/app/src', memoryReader(profiles))).resolves.toEqual(['orchestrator', 'shop']);
  });
});
