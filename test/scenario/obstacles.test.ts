import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect } from 'vitest';
import { asOrdinaryUser } from './ordinary-user.ts';
import { test } from './sandbox.ts';

const publishing = (port: number): string => `
services:
  web: { image: '\${IMAGE}', init: true, ports: ['${port}:8080'] }
`;

describe('a host port', () => {
  test('held by a process is named with its pid and name, and nothing is made', async ({ box }) => {
    const port = await box.freePort();
    const script = `require("net").createServer().listen(${port}, "127.0.0.1", () => console.log("up"))`;
    const holder = spawn(process.execPath, ['-e', script]);
    try {
      await once(holder.stdout, 'data');
      await box.compose(publishing(port));
      const run = await box.orq(['up']);
      expect(run.code).toBe(1);
      expect(run.stderr).toContain(`Port ${port} of service web is held by process`);
      expect(run.stderr).toMatch(new RegExp(`\\(pid ${holder.pid}\\)`));
      expect(run.stderr).toContain(`kill ${holder.pid}`);
      expect(await box.inventory()).toEqual([]);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  test('held by a container of another project is named with that project', async ({ box }) => {
    const port = await box.freePort();
    await box.compose(publishing(port));
    await box.write('other/compose.yaml', publishing(port));
    const other = `${box.project}other`;
    expect(await box.orq(['up', '-p', other, '-C', 'other'])).toMatchObject({ code: 0 });
    try {
      const run = await box.orq(['up']);
      expect(run.code).toBe(1);
      expect(run.stderr).toContain(`held by container ${other}-web-1 of project ${other}`);
      expect(run.stderr).toContain('orq down');
      expect(await box.inventory()).toEqual([]);
    } finally {
      await box.orq(['down', '-p', other, '-C', 'other']);
    }
  });

  test('that is wanted by replicas too many is refused before anything is made', async ({ box }) => {
    const port = await box.freePort();
    await box.compose(`
services:
  web: { image: '\${IMAGE}', init: true, scale: 2, ports: ['${port}:8080'] }
`);
    const run = await box.orq(['up']);
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain(String(port));
    expect(await box.inventory()).toEqual([]);
  });
});

test('a container name that something else has is said before anything is made', async ({ box }) => {
  const name = `${box.project}-taken`;
  await box.run(['docker', 'create', '--name', name, box.env['IMAGE'] ?? '']);
  try {
    await box.compose(`
services:
  web: { image: '\${IMAGE}', container_name: ${name} }
`);
    const run = await box.orq(['up']);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(`The name ${name} is taken`);
    expect(await box.inventory()).toEqual([]);
  } finally {
    await box.run(['docker', 'rm', '-f', name]);
  }
});

test('external networks and volumes that are missing are named together', async ({ box }) => {
  await box.compose(`
services:
  web: { image: '\${IMAGE}', networks: [outer], volumes: ['precious:/data'] }
networks:
  outer: { external: true, name: ${box.project}-outer }
volumes:
  precious: { external: true, name: ${box.project}-precious }
`);
  const run = await box.orq(['up']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(`${box.project}-outer`);
  expect(run.stderr).toContain(`${box.project}-precious`);
  expect(await box.inventory()).toEqual([]);
});

describe('an engine', () => {
  test('that does not run is named with its endpoint and a remedy', async ({ box }) => {
    await box.compose(publishing(8080));
    const run = await box.orq(['up'], { env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('[ENGINE_UNREACHABLE]');
    expect(run.stderr).toContain('/nonexistent/docker.sock');
    expect(run.stderr).toMatch(/→ /);
  });

  test('that refuses this user is said to, with a remedy', async ({ box }) => {
    await box.compose(publishing(8080));
    await box.run(['chmod', '-R', 'a+rwX', box.path('..')]);
    const run = await box.orq(['up'], { prefix: asOrdinaryUser });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('[ENGINE_PERMISSION]');
    expect(run.stderr).toMatch(/→ /);
  });
});

describe('an image that is not to be had', () => {
  test('where no registry answers: exit 1, the image named, nothing left behind', async ({ box }) => {
    await box.compose(`
services:
  web: { image: 'localhost:1/none/such:1' }
`);
    const run = await box.orq(['up']);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('localhost:1/none/such:1');
    expect(run.stderr).toContain('[IMAGE_UNAVAILABLE]');
    expect((await box.inventory()).filter((word) => word.startsWith('container'))).toEqual([]);
  });

  test('with pull_policy never: said before anything is made', async ({ box }) => {
    await box.compose(`
services:
  web: { image: 'localhost:1/none/such:1', pull_policy: never }
`);
    const run = await box.orq(['up']);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('[IMAGE_UNAVAILABLE]');
    expect(await box.inventory()).toEqual([]);
  });
});
