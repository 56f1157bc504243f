import { describe, expect, it } from 'vitest';
import type { LoadOptions } from '../../src/project/load-project.ts';
import { load } from './load.ts';

const of = (image: string) => `services: {a: {image: ${image}}}`;

describe('finding a project', () => {
  it.each<[string, Record<string, string>, Partial<LoadOptions>, string[]]>([
    [
      'compose.yaml first',
      { 'compose.yaml': of('x'), 'docker-compose.yml': of('y') },
      {},
      ['/app/compose.yaml'],
    ],
    ['the old names', { 'docker-compose.yaml': of('x') }, {}, ['/app/docker-compose.yaml']],
    [
      'an override',
      { 'compose.yml': of('x'), 'compose.override.yml': of('y') },
      {},
      ['/app/compose.yml', '/app/compose.override.yml'],
    ],
    [
      'a parent',
      { 'compose.yaml': of('x'), 'compose.override.yaml': of('y') },
      { directory: '/app/src/deep' },
      ['/app/compose.yaml', '/app/compose.override.yaml'],
    ],
    ['-f', { 'compose.yaml': of('x'), 'b.yaml': of('y') }, { files: ['b.yaml'] }, ['/app/b.yaml']],
    ['-f -', { '-': of('x') }, { files: ['-'] }, ['-']],
    [
      'COMPOSE_FILE',
      { 'a.yaml': of('x'), 'b.yaml': of('y') },
      { environment: { COMPOSE_FILE: 'a.yaml:b.yaml' } },
      ['/app/a.yaml', '/app/b.yaml'],
    ],
    [
      'COMPOSE_FILE of .env',
      {
        '.env': 'COMPOSE_FILE=a.yaml;b.yaml\nCOMPOSE_PATH_SEPARATOR=;',
        'a.yaml': of('x'),
        'b.yaml': of('y'),
      },
      {},
      ['/app/a.yaml', '/app/b.yaml'],
    ],
    [
      'an exported COMPOSE_FILE over .env',
      { '.env': 'COMPOSE_FILE=a.yaml', 'b.yaml': of('y') },
      { environment: { COMPOSE_FILE: 'b.yaml' } },
      ['/app/b.yaml'],
    ],
  ])('%s', async (_, files, options, expected) => {
    const { project } = await load(files, options);
    expect(project.files).toEqual(expected);
  });
});

describe('the project name', () => {
  it.each<[string, Record<string, string>, Partial<LoadOptions>, string]>([
    ['the folder', {}, {}, 'app'],
    ['name:', { 'compose.yaml': `name: "\${N:-own}"\n${of('x')}` }, {}, 'own'],
    ['the orq profile', {}, { profile: 'vnm' }, 'vnm'],
    ['name: over the orq profile', { 'compose.yaml': `name: own\n${of('x')}` }, { profile: 'vnm' }, 'own'],
    [
      'COMPOSE_PROJECT_NAME',
      { 'compose.yaml': `name: own\n${of('x')}` },
      { environment: { COMPOSE_PROJECT_NAME: 'env' } },
      'env',
    ],
    ['COMPOSE_PROJECT_NAME of .env', { '.env': 'COMPOSE_PROJECT_NAME=dot' }, {}, 'dot'],
    ['the flag', {}, { projectName: 'flag', environment: { COMPOSE_PROJECT_NAME: 'env' } }, 'flag'],
  ])('%s', async (_, files, options, name) => {
    const { project } = await load({ 'compose.yaml': of('"${COMPOSE_PROJECT_NAME}"'), ...files }, options);
    expect(project.name).toBe(name);
  });

  it('can be interpolated', async () => {
    const { project } = await load('name: own\nservices: {a: {image: "x:$COMPOSE_PROJECT_NAME"}}');
    expect(project.services['a']?.image).toBe('x:own');
  });
});

describe('variables', () => {
  const image = of('"${A-}${B-}${C-}"');
  it.each<[string, Record<string, string>, Partial<LoadOptions>, string]>([
    ['.env', { '.env': 'A=1\nB=2' }, {}, '12'],
    ['the shell over .env', { '.env': 'A=1' }, { environment: { A: 'sh' } }, 'sh'],
    [
      '--env-file instead of .env',
      { '.env': 'A=1\nC=3', 'b.env': 'A=2\nB=$A', 'c.env': 'A=9' },
      { envFiles: ['b.env', 'c.env'] },
      '92',
    ],
    [
      'COMPOSE_ENV_FILES',
      { 'b.env': 'A=b', 'c.env': 'B=c' },
      { environment: { COMPOSE_ENV_FILES: 'b.env,c.env' } },
      'bc',
    ],
    [
      'COMPOSE_DISABLE_ENV_FILE',
      { '.env': 'A=1' },
      { environment: { COMPOSE_DISABLE_ENV_FILE: '1', B: 'b' } },
      'b',
    ],
    [
      'a shared folder below',
      { '.env': 'A=1', '/shared/.env': 'A=2\nB=2' },
      { sharedDirectory: '/shared' },
      '12',
    ],
  ])('%s', async (_, files, options, expected) => {
    const { project } = await load({ 'compose.yaml': image, ...files }, options);
    expect(project.services['a']?.image).toBe(expected);
  });

  it('come from the .env beside a Compose file in a parent', async () => {
    const { project } = await load(
      { 'compose.yaml': image, '.env': 'A=1\nB=1', 'src/.env': 'A=2' },
      { directory: '/app/src' },
    );
    expect(project.services['a']?.image).toBe('21');
  });
});
