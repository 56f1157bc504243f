import { spawnSync } from 'node:child_process';
import { describe, expect } from 'vitest';
import { test } from './sandbox.ts';

const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;
const project = `
services:
  web: { image: '\${IMAGE}', init: true, volumes: ['data:/data', '/scratch'] }
volumes:
  data:
`;

test("containers carry the labels by which Compose finds a project's", async ({ box }) => {
  await box.compose(project);
  await box.orq(['up']);
  const { 'web-1': web } = await box.containers();
  expect(web?.labels).toMatchObject({
    'com.docker.compose.project': box.project,
    'com.docker.compose.service': 'web',
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.container-number': '1',
    'com.docker.compose.project.working_dir': box.directory,
    'com.docker.compose.project.config_files': box.path('compose.yaml'),
  });
  expect(web?.labels['com.docker.compose.config-hash']).toBeTruthy();
});

// The plugin may be installed in the real home.
const withPlugins = { env: { HOME: process.env['HOME'] } };

describe.runIf(hasCompose)('docker compose', () => {
  test("lists orq's containers", async ({ box }) => {
    await box.compose(project);
    await box.orq(['up']);
    const ps = await box.run(
      ['docker', 'compose', '-p', box.project, 'ps', '--format', '{{.Service}} {{.State}}'],
      withPlugins,
    );
    expect(ps).toMatchObject({ code: 0, stdout: 'web running\n' });
  });

  test('takes down what orq brought up', async ({ box }) => {
    await box.compose(project);
    await box.orq(['up']);
    expect(await box.run(['docker', 'compose', 'down', '-v'], withPlugins)).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual([]);
  });

  test('hands its containers over to orq, which says so and keeps the data', async ({ box }) => {
    await box.compose(project);
    expect(await box.run(['docker', 'compose', 'up', '-d'], withPlugins)).toMatchObject({ code: 0 });
    const write = 'echo named > /data/file; echo anonymous > /scratch/file';
    await box.run(['docker', 'exec', `${box.project}-web-1`, 'sh', '-c', write]);
    const plan = await box.orq(['up', '--plan']);
    expect(plan.code).toBe(3);
    expect(plan.stdout).toContain(`docker compose made ${box.project}-web-1`);
    expect(await box.orq(['up'])).toMatchObject({ code: 0 });
    expect(await box.orq(['exec', 'web', 'cat', '/data/file', '/scratch/file'])).toMatchObject({
      stdout: 'named\nanonymous\n',
    });
    expect(await box.orq(['up', '--plan'])).toMatchObject({ code: 0 });
    expect(await box.orq(['down', '--volumes'])).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual([]);
  });
});

test('a network and a volume that are there already are used as they are, and said to be', async ({
  box,
}) => {
  const [network, volume] = [`${box.project}-net`, `${box.project}-vol`];
  await box.run(['docker', 'network', 'create', network]);
  await box.run(['docker', 'volume', 'create', volume]);
  await box.run([
    'docker',
    'run',
    '--rm',
    '-v',
    `${volume}:/d`,
    box.env['IMAGE'] ?? '',
    'sh',
    '-c',
    'echo old > /d/f',
  ]);
  try {
    await box.compose(`
services:
  web: { image: '\${IMAGE}', init: true, networks: [net], volumes: ['vol:/data'] }
networks:
  net: { name: ${network} }
volumes:
  vol: { name: ${volume} }
`);
    const plan = await box.orq(['up', '--plan']);
    expect(plan.stdout).toContain(`network ${network} was there already`);
    expect(plan.stdout).toContain(`volume ${volume} was there already`);
    expect(await box.orq(['up'])).toMatchObject({ code: 0 });
    expect(await box.orq(['exec', 'web', 'cat', '/data/f'])).toMatchObject({ stdout: 'old\n' });
    expect(await box.orq(['down', '--volumes'])).toMatchObject({ code: 0 });
    expect(await box.run(['docker', 'volume', 'inspect', volume])).toMatchObject({ code: 0 });
  } finally {
    await box.run(['docker', 'rm', '-f', `${box.project}-web-1`]);
    await box.run(['docker', 'network', 'rm', network]);
    await box.run(['docker', 'volume', 'rm', volume]);
  }
});

test('an orphan is left alone and named, and --remove-orphans removes it', async ({ box }) => {
  const service = (name: string): string => `services:\n  ${name}: { image: '\${IMAGE}', init: true }\n`;
  await box.compose(service('old'));
  await box.orq(['up']);
  await box.compose(service('fresh'));
  const run = await box.orq(['up']);
  expect(run.code).toBe(0);
  expect(run.stdout + run.stderr).toContain(`${box.project}-old-1`);
  expect(Object.keys(await box.containers()).sort()).toEqual(['fresh-1', 'old-1']);
  expect((await box.orq(['status'])).stdout).toContain(`${box.project}-old-1`);
  expect(await box.orq(['up', '--remove-orphans'])).toMatchObject({ code: 0 });
  expect(Object.keys(await box.containers())).toEqual(['fresh-1']);
});

test('down leaves a network that another container uses, and says so', async ({ box }) => {
  await box.compose(`services:\n  web: { image: '\${IMAGE}', init: true }\n`);
  await box.orq(['up']);
  const guest = `${box.project}-guest`;
  const network = `${box.project}_default`;
  await box.run([
    'docker',
    'run',
    '-d',
    '--init',
    '--name',
    guest,
    '--network',
    network,
    box.env['IMAGE'] ?? '',
  ]);
  try {
    const run = await box.orq(['down']);
    expect(run.stdout + run.stderr).toContain(network);
    expect(await box.inventory()).toEqual(['network P_default']);
  } finally {
    await box.run(['docker', 'rm', '-f', guest]);
  }
});
