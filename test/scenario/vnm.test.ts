import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type Checkout, closeCheckout, eventually, openCheckout } from './embedded-sandbox.ts';
import { openInspector } from './platform/inspector.ts';
import { openBrowser } from './platform/browser.ts';
import { freePort } from './free-port.ts';
import { edit, editLogin, textOf } from './platform/working-tree.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const names = ['VNM_POSTGRES_PORT', 'VNM_BACKEND_PORT', 'VNM_FRONTEND_PORT', 'VNM_DEBUG_PORT'];
const secrets = {
  VNM_POSTGRES_PASSWORD: 'a password of postgres',
  VNM_PGADMIN_PASSWORD: 'a password of pgadmin',
  VNM_SECRET: 'a secret of more than thirty-two characters',
  VNM_ADMIN_PASSWORD: 'a password of admin',
};
/** Tests run beside others; what an edit takes is measured by `npm run bench:platform`. */
const reloadMs = 30_000;
/** The first visit bundles the packages of the pages. */
const firstLoadMs = 60_000;

let checkout: Checkout;
afterEach(async () => {
  await checkout.orq(['down', 'vnm', '--volumes', '--no-backup']);
  await checkout.orq(['down', 'vnm', '--mode', 'production', '--volumes', '--no-backup'], secrets);
  await closeCheckout(checkout);
});

/** A checkout with the sources, whose own node_modules is the repository's. */
async function openWorkingTree(): Promise<Checkout> {
  const ports = await Promise.all(names.map(async (name) => [name, String(await freePort())] as const));
  const tree = await openCheckout(Object.fromEntries(ports));
  for (const part of ['src', 'scripts', 'package.json', 'tsconfig.json'])
    await cp(join(repository, part), join(tree.directory, part), { recursive: true });
  await symlink(join(repository, 'node_modules'), join(tree.directory, 'node_modules'));
  return tree;
}

test('debug: a breakpoint is hit through the inspector, and edits of backend and frontend show at once', async () => {
  checkout = await openWorkingTree();
  const up = await checkout.orq(['up', 'vnm']);
  expect(up, up.stderr).toMatchObject({ code: 0 });
  const backend = `http://127.0.0.1:${checkout.env['VNM_BACKEND_PORT']}`;

  const inspector = await openInspector(Number(checkout.env['VNM_DEBUG_PORT']));
  await inspector.breakAt('health-routes.ts', "status: 'ok' as const");
  const asked = textOf(`${backend}/health`);
  expect(await inspector.paused()).toContain('health-routes.ts');
  await inspector.resume();
  expect(await asked).toBe('{"status":"ok"}');
  inspector.close();

  const api = join(checkout.directory, 'src/services/orchestrator-api/server/documentation.ts');
  await edit(api, "title: 'Orchestrator API'", "title: 'Edited API'");
  await eventually(
    async () => (await textOf(`${backend}/docs/json`)).includes('Edited API'),
    'an edited backend',
  );

  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${checkout.env['VNM_FRONTEND_PORT']}`);
    await page.getByRole('heading', { name: 'Orchestrator' }).waitFor({ timeout: firstLoadMs });
    // No reload from here: the page itself is told.
    await editLogin(page, checkout.directory, reloadMs);
  } finally {
    await browser.close();
  }
}, 240_000);

test('production: built assets, no known password lets anybody in, and the data is not that of debug mode', async () => {
  checkout = await openWorkingTree();
  const refused = await checkout.orq(['up', 'vnm', '--mode', 'production']);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('VNM_POSTGRES_PASSWORD') });
  const up = await checkout.orq(['up', 'vnm', '--mode', 'production'], secrets);
  expect(up, up.stderr).toMatchObject({ code: 0 });
  expect(up.stdout).toMatch(/pgadmin\s+not on this engine/);
  const backend = `http://127.0.0.1:${checkout.env['VNM_BACKEND_PORT']}`;
  const login = (username: string, password: string): Promise<number> =>
    fetch(`${backend}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    }).then(({ status }) => status);
  await eventually(
    async () => (await login('admin', secrets.VNM_ADMIN_PASSWORD)) === 200,
    'an administrator',
  );
  expect(await login('testuser', 'testpassword')).toBe(401);
  expect(await textOf(`http://127.0.0.1:${checkout.env['VNM_FRONTEND_PORT']}`)).toMatch(
    /assets\/index-[\w-]+\.js/,
  );

  const back = await checkout.orq(['up', 'vnm', '--json']);
  expect(back, back.stderr).toMatchObject({ code: 0 });
  expect(await login('testuser', 'testpassword')).toBe(200);
});
