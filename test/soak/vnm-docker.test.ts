import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import Dockerode from 'dockerode';
import { expect } from 'vitest';
import { eventually } from '../scenario/embedded-sandbox.ts';
import { openBrowser } from '../scenario/platform/browser.ts';
import { client, type PlatformClient } from '../scenario/platform/client.ts';
import { openInspector } from '../scenario/platform/inspector.ts';
import { copyWorkingTree, edit, editLogin, textOf } from '../scenario/platform/working-tree.ts';
import { type Sandbox, test } from '../scenario/sandbox.ts';

type Ports = Readonly<Record<string, string>>;

const names = ['POSTGRES', 'BACKEND', 'FRONTEND', 'DEBUG', 'PGADMIN'];
const secrets = {
  VNM_POSTGRES_PASSWORD: 'a p@ss/word of #postgres?',
  VNM_PGADMIN_PASSWORD: 'a password of pgadmin',
  VNM_SECRET: 'a secret of more than thirty-two characters',
  VNM_ADMIN_PASSWORD: 'a password of admin',
};
/** Tests run beside others; what an edit takes is measured by `npm run bench:platform`. */
const waitMs = 60_000;
const reloadMs = 30_000;

async function openVnm(box: Sandbox): Promise<Ports> {
  await copyWorkingTree(box);
  const ports = names.map(async (name) => [`VNM_${name}_PORT`, String(await box.freePort())] as const);
  return Object.fromEntries(await Promise.all(ports));
}

function enter(ports: Ports, username: string, password: string): Promise<PlatformClient> {
  return client({ env: { ORCHESTRATOR_API_PORT: ports['VNM_BACKEND_PORT'] } }, username, password);
}

async function debugs(box: Sandbox, ports: Ports): Promise<void> {
  const backend = `http://127.0.0.1:${ports['VNM_BACKEND_PORT']}`;
  const inspector = await openInspector(Number(ports['VNM_DEBUG_PORT']));
  await inspector.breakAt('health-routes.ts', "status: 'ok' as const");
  const asked = textOf(`${backend}/health`);
  expect(await inspector.paused()).toContain('health-routes.ts');
  await inspector.resume();
  expect(await asked).toBe('{"status":"ok"}');
  inspector.close();
  const api = box.path('src/services/orchestrator-api/server/documentation.ts');
  await edit(api, "title: 'Orchestrator API'", "title: 'Edited API'");
  const isEdited = async (): Promise<boolean> =>
    (await textOf(`${backend}/docs/json`)).includes('Edited API');
  await eventually(isEdited, 'an edited backend');
}

async function reloads(box: Sandbox, ports: Ports): Promise<void> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${ports['VNM_FRONTEND_PORT']}`);
    await page.getByRole('heading', { name: 'Orchestrator' }).waitFor({ timeout: waitMs });
    // No reload from here: the page itself is told.
    await editLogin(page, box.directory, reloadMs);
  } finally {
    await browser.close();
  }
}

async function serves(box: Sandbox, ports: Ports): Promise<void> {
  const frontend = `http://127.0.0.1:${ports['VNM_FRONTEND_PORT']}`;
  expect(await textOf(frontend)).toMatch(/assets\/index-[\w-]+\.js/);
  expect(await textOf(`${frontend}/api/health`)).toBe('{"status":"ok"}');
  expect(await textOf(`http://127.0.0.1:${ports['VNM_PGADMIN_PORT']}/misc/ping`)).toBe('PING');
  const listed = JSON.parse(await inside(box, 'monitoreo_pgadmin', ['cat', '/pgadmin4/servers.json']));
  expect(listed.Servers[1]).toMatchObject({ Host: 'postgres', Username: 'postgres' });
  for (const name of ['monitoreo_frontend', 'monitoreo_pgadmin'])
    expect(await inside(box, name, ['id', '-u'])).not.toBe('0\n');
}

async function inside(
  { engine, containers }: Sandbox,
  name: string,
  command: readonly string[],
): Promise<string> {
  const id = (await containers())[name]?.id ?? '';
  const stdout = new PassThrough();
  await engine.exec(id, { command, stdout });
  return text(stdout.end());
}

test('vnm on Docker: debug from the working tree, production from images with pgAdmin, and back, each by one command', async ({
  box,
}) => {
  const ports = await openVnm(box);
  try {
    const up = await box.orq(['up', 'vnm'], { env: ports });
    expect(up, up.stderr).toMatchObject({ code: 0 });
    const debug = await enter(ports, 'testuser', 'testpassword');
    expect(await debug.ask('POST', '/images', { name: 'of/debug' })).toMatchObject({ status: 201 });
    await debugs(box, ports);
    await reloads(box, ports);

    const built = await box.orq(['up', 'vnm', '--mode', 'production'], { env: { ...ports, ...secrets } });
    expect(built, built.stderr).toMatchObject({ code: 0 });
    await serves(box, ports);
    await expect(enter(ports, 'testuser', 'testpassword')).rejects.toThrow('UNAUTHENTICATED');
    const admin = await enter(ports, 'admin', secrets.VNM_ADMIN_PASSWORD);
    expect((await admin.ask('GET', '/images?name=of/debug')).body).toMatchObject({ total: 0 });
    expect(Object.keys(await box.containers())).toEqual(
      expect.arrayContaining([
        'monitoreo_backend',
        'monitoreo_frontend',
        'monitoreo_pgadmin',
        'monitoreo_postgres',
      ]),
    );

    const back = await box.orq(['up', 'vnm'], { env: ports });
    expect(back, back.stderr).toMatchObject({ code: 0 });
    const again = await enter(ports, 'testuser', 'testpassword');
    expect((await again.ask('GET', '/images?name=of/debug')).body).toMatchObject({ total: 1 });
  } finally {
    await box.orq(['down', 'vnm', '--volumes', '--remove-orphans', '--no-backup'], { env: ports });
    await removeImages(box);
  }
}, 400_000);

async function removeImages({ project }: Sandbox): Promise<void> {
  const docker = new Dockerode();
  for (const { Id, RepoTags } of await docker.listImages())
    if (RepoTags?.some((tag) => tag.startsWith(project)) === true)
      await docker.getImage(Id).remove({ force: true });
}
