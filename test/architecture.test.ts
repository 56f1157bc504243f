import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

/** Folder → folders that it may import from, besides itself. Dependencies point one way: down this list. */
const layers: Readonly<Record<string, readonly string[]>> = {
  model: [],
  host: ['model'],
  plan: ['model'],
  project: ['model'],
  engine: ['model', 'host'],
  postgres: ['model'],
  archive: ['model', 'host'],
  health: ['model', 'engine', 'postgres', 'host'],
  output: ['model', 'plan'],
  apply: ['model', 'engine', 'plan', 'health', 'postgres', 'host'],
  diagnose: ['model', 'engine', 'plan', 'health', 'postgres', 'archive', 'host'],
  operations: [
    'model',
    'engine',
    'plan',
    'health',
    'postgres',
    'archive',
    'project',
    'host',
    'apply',
    'diagnose',
    'services',
  ],
  services: [],
  // The API of the platform calls the operations that the command line calls.
  'services/orchestrator-api': ['model', 'engine', 'project', 'operations'],
  'services/orchestrator-ui': [],
  cli: ['model', 'plan', 'project', 'engine', 'health', 'operations', 'output'],
  'main.ts': ['model', 'cli'],
  api: ['model', 'engine', 'operations'],
  'index.ts': ['model', 'api', 'engine'],
  launcher: [],
};

/** Folders of one layer that others see only through these files. */
const doors: Readonly<Record<string, readonly string[]>> = {
  engine: ['engine/engine.ts', 'engine/select-engine.ts', 'engine/database-cluster.ts'],
};

/** Package → the only places that may import it. */
const owners: Readonly<Record<string, readonly string[]>> = {
  dockerode: ['engine/docker/'],
  'docker-modem': ['engine/docker/'],
  pg: ['postgres/'],
  'postgres-migrations': ['postgres/'],
  ioredis: ['health/probes/redis-driver.ts'],
  chalk: ['output/paint.ts'],
  'prom-client': ['output/metrics-exposition.ts'],
  '@kubernetes/client-node': ['engine/kubernetes/'],
  ws: ['engine/kubernetes/'],
  commander: ['cli/'],
  yauzl: ['archive/'],
  zeromq: ['health/probes/zeromq-probe.ts'],
  fastify: [],
  react: [],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = filesBelow(source).filter((file) => /\.tsx?$/.test(file));
const imports = files.flatMap(importsOf);

describe('directions', () => {
  test('a folder imports only from those below it', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const [from, to] = [folderOf(file), folderOf(targetFile(file, target))];
      return from !== to && layers[from]?.includes(to) !== true && !to.startsWith('..');
    });
    expect(wrong.map(describeImport)).toEqual([]);
  });

  test('engines are seen only through their port', () => {
    const wrong = imports.filter(({ file, target }) => {
      const to = target.startsWith('.') ? relative(source, targetFile(file, target)) : '';
      const door = doors[to.split('/')[0] ?? ''];
      return door !== undefined && folderOf(file) !== to.split('/')[0] && !door.includes(to);
    });
    expect(wrong.map(describeImport)).toEqual([]);
  });

  test('model and plan use nothing of Node and no package', () => {
    const pure = imports.filter(({ file }) => ['model', 'plan'].includes(folderOf(file)));
    expect(pure.filter(({ target }) => !target.startsWith('.')).map(describeImport)).toEqual([]);
  });

  test('packages are imported only by their owners', () => {
    const wrong = imports.filter(({ file, target }) => {
      const allowed = owners[target];
      const path = relative(source, file);
      return (
        allowed !== undefined &&
        !path.startsWith('services/') &&
        !allowed.some((place) => path.startsWith(place))
      );
    });
    expect(wrong.map(describeImport)).toEqual([]);
  });
});

describe('names and exits', () => {
  test('no folder or file is a catch-all', () => {
    expect(
      files.filter((file) => /(^|[/-])(utils?|helpers?|common|misc)([./-]|$)/.test(relative(source, file))),
    ).toEqual([]);
  });

  test('only programs leave the process', () => {
    const leaving = files.filter((file) => /process\.exit\(/.test(readFileSync(file, 'utf8')));
    expect(leaving.map((file) => relative(source, file))).toEqual([
      'engine/embedded/clients/pg-isready.ts',
      'main.ts',
      'services/orchestrator-api/main.ts',
      'services/orchestrator-ui/server/main.ts',
    ]);
  });

  test('every folder has a layer', () => {
    const folders = new Set(files.map(folderOf));
    expect([...folders].filter((folder) => layers[folder] === undefined)).toEqual([]);
  });
});

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8');
  const targets = [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, target]) => target);
  return targets.filter((target) => target !== undefined).map((target) => ({ file, target }));
}

function targetFile(file: string, target: string): string {
  return resolve(dirname(file), target);
}

function folderOf(file: string): string {
  const [first = '', second = ''] = relative(source, file).split('/');
  const own = `${first}/${second}`;
  return own in layers ? own : first;
}

function describeImport({ file, target }: Import): string {
  return `${relative(source, file)} → ${target}`;
}
