import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, test as base, beforeAll } from 'vitest';
import { connectDocker } from '../../src/engine/docker/docker-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { ObservedContainer } from '../../src/model/observed.ts';
import { freePort } from './free-port.ts';
import { type Finished, type Running, type RunOptions, startOrq, startProgram } from './run-orq.ts';

/** Images of the scenarios: stand-ins where they were built, else the official ones. */
export const images = {
  service: process.env['ORQ_IMAGE_SERVICE'] ?? 'node:22-slim',
  postgres: process.env['ORQ_IMAGE_POSTGRES'] ?? 'postgres:17',
  redis: process.env['ORQ_IMAGE_REDIS'] ?? 'redis:8',
} as const;

type Options = Partial<Omit<RunOptions, 'cwd'>> & { readonly cwd?: string };

/** A project of one test: a folder, a home and a Compose project name of its own. */
export interface Sandbox {
  readonly project: string;
  readonly directory: string;
  readonly engine: Engine;
  readonly env: Readonly<Record<string, string | undefined>>;
  path(...parts: readonly string[]): string;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  /** Writes compose.yaml. */
  compose(text: string): Promise<void>;
  /** Runs orq to its end. */
  orq(args: readonly string[], options?: Options): Promise<Finished>;
  start(args: readonly string[], options?: Options): Running;
  /** Runs any other program to its end. */
  run(argv: readonly string[], options?: Options): Promise<Finished>;
  /** Containers of the project, by name without the project's. */
  containers(): Promise<Readonly<Record<string, ObservedContainer>>>;
  /** Everything of the project in the engine, as sorted words. */
  inventory(): Promise<readonly string[]>;
  freePort(): Promise<number>;
}

/** A test with a sandbox; whatever the test leaves in the engine is removed, also when it fails. */
// oxlint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- it declares no test, it makes the word for it
export const test = base.extend<{ box: Sandbox }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixture's needs from the pattern
  box: async ({}, use) => {
    const box = await openSandbox();
    try {
      await use(box);
    } finally {
      await closeSandbox(box);
    }
  },
});

/** A sandbox for all tests of a file or a group, which leave it as they found it. */
export function sharedSandbox(prepare: (box: Sandbox) => Promise<void>): () => Sandbox {
  let box: Sandbox | undefined;
  beforeAll(async () => {
    box = await openSandbox();
    await prepare(box);
  });
  afterAll(async () => {
    if (box !== undefined) await closeSandbox(box);
  });
  return () => {
    if (box === undefined) throw new Error('the sandbox is not open');
    return box;
  };
}

async function closeSandbox(box: Sandbox): Promise<void> {
  await removeProject(box.engine, box.project);
  box.engine.close();
  await rm(dirname(box.directory), { recursive: true, force: true });
}

async function openSandbox(): Promise<Sandbox> {
  const root = await mkdtemp(join(tmpdir(), 'orq-scenario-'));
  const directory = join(root, 'project');
  await Promise.all([mkdir(directory), mkdir(join(root, 'home'))]);
  const project = `orqtest${randomBytes(4).toString('hex')}`;
  const engine = await connectDocker({ environment: process.env });
  const env = environment(join(root, 'home'), project);
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  };
  const options = (own: Options = {}): RunOptions => ({
    cwd: directory,
    ...own,
    env: { ...env, ...own.env },
  });
  return {
    project,
    directory,
    engine,
    env,
    path: (...parts) => join(directory, ...parts),
    write,
    read: (path) => readFile(join(directory, path), 'utf8'),
    compose: (text) => write('compose.yaml', text),
    orq: (args, own) => startOrq(args, options(own)).finished,
    start: (args, own) => startOrq(args, options(own)),
    run: (argv, own) => startProgram(argv, options(own)).finished,
    containers: () => containersOf(engine, project),
    inventory: () => inventoryOf(engine, project),
    freePort,
  };
}

function environment(home: string, project: string): Record<string, string | undefined> {
  const { PATH, DOCKER_HOST } = process.env;
  const chosen = Object.entries(process.env).filter(([name]) => name.startsWith('ORQ_IMAGE_'));
  return {
    PATH,
    DOCKER_HOST,
    ...Object.fromEntries(chosen),
    IMAGE: images.service,
    HOME: home,
    COMPOSE_PROJECT_NAME: project,
  };
}

const projectLabel = 'com.docker.compose.project';

async function containersOf(engine: Engine, project: string): Promise<Record<string, ObservedContainer>> {
  const found = await engine.listContainers({ labels: { [projectLabel]: project } });
  return Object.fromEntries(
    found.map((container) => [container.name.replace(`${project}-`, ''), container] as const),
  );
}

async function inventoryOf(engine: Engine, project: string): Promise<readonly string[]> {
  const filter = { labels: { [projectLabel]: project } };
  const [containers, networks, volumes] = await Promise.all([
    engine.listContainers(filter),
    engine.listNetworks(filter),
    engine.listVolumes(filter),
  ]);
  return [
    ...containers.map(({ name, state }) => `container ${name} ${state}`),
    ...networks.map(({ name }) => `network ${name}`),
    ...volumes.map(({ name }) => `volume ${name}`),
  ]
    .map((word) => word.replaceAll(project, 'P'))
    .sort();
}

/** Removes everything that carries the project's label. */
async function removeProject(engine: Engine, project: string): Promise<void> {
  const filter = { labels: { [projectLabel]: project } };
  const containers = await engine.listContainers(filter);
  await Promise.all(
    containers.map(({ id }) => engine.removeContainer(id, { anonymousVolumes: true }).catch(() => undefined)),
  );
  for (const { id } of await engine.listNetworks(filter)) await engine.removeNetwork(id);
  for (const { name } of await engine.listVolumes(filter)) await engine.removeVolume(name);
}
