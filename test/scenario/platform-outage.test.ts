import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectEmbedded } from '../../src/engine/embedded/embedded-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { type Checkout, closeCheckout, openCheckout } from './embedded-sandbox.ts';
import { loggedIn, openBrowser } from './platform/browser.ts';
import { client, type PlatformClient } from './platform/client.ts';
import { type EngineRelay, openRelay } from './platform/engine-relay.ts';

const waitMs = 30_000;

/** The API as a process on this machine, in front of a real Docker Engine that can be taken away from it alone. */
function onDocker(socket: string): string {
  return `services:
  api: { x-orq: { embedded: { kind: process, environment: { ORQ_ENGINE: docker, DOCKER_HOST: 'unix://${socket}' } } } }
`;
}

describe('when something is away, the page says so and recovers by itself', () => {
  let checkout: Checkout;
  let folder: string;
  let relay: EngineRelay;
  let servers: Engine;
  let browser: Browser;
  let page: Page;
  let admin: PlatformClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orq-relay-'));
    const socket = join(folder, 'docker.sock');
    relay = await openRelay(
      socket,
      (process.env['DOCKER_HOST'] ?? '/var/run/docker.sock').replace('unix://', ''),
    );
    checkout = await openCheckout({ ORCHESTRATOR_LOGIN_LIMIT: '1000' });
    await writeFile(join(checkout.directory, 'compose/orchestrator/compose.debug.yaml'), onDocker(socket));
    const up = await checkout.orq(['up']);
    expect(up, up.stderr).toMatchObject({ code: 0 });
    servers = await connectEmbedded({
      stateDirectory: `${checkout.directory}/.orq`,
      environment: process.env,
      cwd: checkout.directory,
    });
    admin = await client(checkout, 'testuser', 'testpassword');
    browser = await openBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(waitMs);
    await loggedIn(page, `http://127.0.0.1:${checkout.env['ORCHESTRATOR_UI_PORT']}`);
    await page.getByText('orchestrator', { exact: true }).waitFor();
  });

  afterAll(async () => {
    await browser.close();
    servers.close();
    await closeCheckout(checkout);
    await relay.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const says = (text: string): Promise<void> => page.getByText(text).waitFor();
  const saysNoMore = (text: string): Promise<void> => page.getByText(text).waitFor({ state: 'detached' });
  const readiness = async (): Promise<unknown> => {
    const { status, body } = await admin.ask('GET', '/ready');
    const down = Object.entries<{ ok: boolean }>(body.parts).filter(([, { ok }]) => !ok);
    return { status, down: down.map(([name]) => name) };
  };

  test.each(['stopped', 'hung'] as const)('an engine that is %s', async (way) => {
    expect(await readiness()).toEqual({ status: 200, down: [] });
    if (way === 'stopped') await relay.stop();
    else relay.hang();
    await says('The engine does not answer');
    expect(await readiness()).toEqual({ status: 200, down: ['engine'] });
    // What needs no engine goes on; what needs it says so.
    await page.getByRole('link', { name: 'Images' }).click();
    await says('nginx:alpine');
    await page.getByRole('button', { name: 'Start a container of nginx:alpine' }).click();
    await page.getByRole('alert').first().waitFor();
    await relay.recover();
    await saysNoMore('The engine does not answer');
    expect(await readiness()).toEqual({ status: 200, down: [] });
    expect(await admin.ask('GET', '/environment/databases')).toMatchObject({ status: 200 });
    await page.getByRole('link', { name: 'Databases' }).click();
    await page.getByRole('heading', { name: 'Databases' }).waitFor();
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test.each([
    ['postgres', 'PostgreSQL does not answer', { status: 503, down: ['database'] }],
    ['redis', 'Redis does not answer', { status: 200, down: ['redis'] }],
  ] as const)('%s that is stopped', async (service, text, expected) => {
    const { id } = await checkout.record(service);
    await servers.stopContainer(id, {});
    await says(text);
    expect(await readiness()).toEqual(expected);
    await servers.startContainer(id);
    await saysNoMore(text);
    await page.getByRole('link', { name: 'Images' }).click();
    await says('nginx:alpine');
    expect(await readiness()).toEqual({ status: 200, down: [] });
  });
});
