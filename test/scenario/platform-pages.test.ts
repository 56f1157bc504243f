import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectEmbedded } from '../../src/engine/embedded/embedded-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { type Checkout, closeCheckout, openCheckout } from './embedded-sandbox.ts';
import { loggedIn, openBrowser, seriousProblems } from './platform/browser.ts';

const views = [
  'images',
  'containers',
  'billing',
  'diagnosis',
  'backups',
  'databases',
  'replication',
] as const;
const waitMs = 30_000;

describe('the pages of the platform, in a real browser', () => {
  let checkout: Checkout;
  let browser: Browser;
  let page: Page;
  let engine: Engine;
  let address: string;

  beforeAll(async () => {
    checkout = await openCheckout({ ORCHESTRATOR_LOGIN_LIMIT: '1000' });
    expect(await checkout.orq(['up'])).toMatchObject({ code: 0 });
    const stateDirectory = `${checkout.directory}/.orq`;
    engine = await connectEmbedded({ stateDirectory, environment: process.env, cwd: checkout.directory });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(waitMs);
    address = `http://127.0.0.1:${checkout.env['ORCHESTRATOR_UI_PORT']}`;
    await loggedIn(page, address);
  });

  afterAll(async () => {
    await browser.close();
    for (const { id } of await engine.listContainers({ labels: { 'dev.orq.platform': null } }))
      await engine.removeContainer(id, { anonymousVolumes: true });
    engine.close();
    await closeCheckout(checkout);
  });

  test('a wrong password is told, and a reload stays logged in', async () => {
    const other = await browser.newPage();
    await other.goto(address);
    await other.locator('input[name=username]').fill('testuser');
    await other.locator('input[name=password]').fill('wrong');
    await other.getByRole('button', { name: 'Log in' }).click();
    await other.getByText('Name or password is wrong.').waitFor();
    await other.close();
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('link', { name: 'postgres' }).waitFor();
    expect(await page.locator('input[name=password]').count()).toBe(0);
  });

  test('a page and a view come up although a part of them was lost on the way', async () => {
    const other = await browser.newPage();
    let lost = 0;
    // What Chromium does to requests when a network of Docker comes or goes.
    await other.route('**/assets/*.js', (route) => {
      lost += 1;
      return lost === 1 ? route.abort('internetdisconnected') : route.continue();
    });
    await other.goto(address);
    await other.getByRole('heading', { name: 'Orchestrator' }).waitFor();
    expect(lost).toBeGreaterThan(1);
    await other.route('**/api/auth/login', (route) => route.abort('internetdisconnected'), { times: 1 });
    await loggedIn(other, address);
    await other.route('**/assets/billing*.js', (route) => route.abort('internetdisconnected'), { times: 1 });
    await other.getByRole('link', { name: 'Billing' }).click();
    await other.getByRole('button', { name: 'Try again' }).click();
    await other.getByRole('heading', { name: 'Billing' }).waitFor();
    await other.close();
  });

  test('an image becomes a container with a real log, a CPU figure and a bill that grows', async () => {
    await page.goto(`${address}/images`);
    await page.getByRole('button', { name: 'New image' }).click();
    for (const [name, value] of Object.entries({
      name: 'redis',
      tag: '7',
      memory_limit: '64m',
      port: '6379',
    }))
      await page.locator(`input[name=${name}]`).fill(value);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('button', { name: 'Start a container of redis:7' }).click();
    await page.getByText('1 running, between 0 and 1').waitFor();

    await page.goto(`${address}/containers`);
    await page.getByRole('link', { name: /orchestrator-redis-/ }).click();
    await page.getByText('Ready to accept connections').waitFor();
    await page.getByTestId('CPU-now').getByText('% of a core').waitFor();
    await page.getByTestId('Memory-now').getByText('MiB').waitFor();
    expect(await seriousProblems(page)).toEqual([]);

    await page.goto(`${address}/billing`);
    const invoice = page.getByTestId('invoice');
    const before = await invoice.innerText();
    await invoice.filter({ hasNotText: before }).waitFor();
    expect(Number((await invoice.innerText()).slice(1))).toBeGreaterThan(Number(before.slice(1)));
  });

  test('a backup is made, proven and restored from the page', async () => {
    await page.goto(`${address}/backups`);
    await page.getByRole('button', { name: 'Back up now' }).click();
    const verify = page.getByRole('button', { name: /^Verify .*\.sql\.zip/ });
    await verify.click();
    await page.getByText('restored', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Restore .*\.sql\.zip/ }).click();
    const replace = page.getByRole('button', { name: 'Replace orchestrator' });
    await replace.waitFor();
    expect(await replace.isDisabled()).toBe(true);
    await page.getByLabel('Type orchestrator to replace it').fill('orchestrator');
    expect(await seriousProblems(page)).toEqual([]);
    await replace.click();
    await page.getByText('orchestrator has been restored').waitFor();
  });

  test('the databases of projects are those of orq db', async () => {
    await page.goto(`${address}/databases`);
    await page.getByText('No project has a database yet.').waitFor();
    await page.getByLabel('Project').fill('blog');
    await page.getByRole('button', { name: 'Create a database' }).click();
    await page.getByRole('heading', { name: 'blog' }).waitFor();
    expect(await checkout.orq(['psql', 'blog', '-c', 'CREATE TABLE posts ()'])).toMatchObject({ code: 0 });

    await page.getByRole('button', { name: 'Delete the database of blog' }).click();
    const goes = page.getByRole('button', { name: 'Delete blog' });
    await goes.waitFor();
    expect(await goes.isDisabled()).toBe(true);
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByLabel('Type blog to delete it').fill('blog');
    await goes.click();
    await page.getByText('No project has a database yet.').waitFor();
    expect(await checkout.orq(['undo', '--plan'])).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('Back to before orq db delete blog'),
    });
  });

  test('with Redis gone the page says so and goes on, and recovers by itself', async () => {
    const { id } = await checkout.record('redis');
    await page.goto(`${address}/images`);
    await page.getByText('redis:7').waitFor();
    await engine.stopContainer(id, {});
    await page.getByText('Redis does not answer').waitFor();
    await page.getByRole('link', { name: 'Containers' }).click();
    await page.getByRole('heading', { name: 'Containers' }).waitFor();
    await page.getByText('test-nginx (sample)').waitFor();
    await engine.startContainer(id);
    await page.getByText('Redis does not answer').waitFor({ state: 'detached' });
    expect((await fetch(`${address}/api/ready`)).status).toBe(200);
  });

  test.each(['content', 'loading', 'failed'] as const)(
    'no view has a serious problem of access or scrolls sideways, wide or narrow, light or dark: %s',
    async (state) => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const other = await context.newPage();
      other.setDefaultTimeout(waitMs);
      await loggedIn(other, address);
      const answers = /\/api\/(images|containers|billings|environment)/;
      if (state !== 'content')
        await other.route(answers, (route) => (state === 'failed' ? route.abort() : undefined));
      const problems: string[] = [];
      for (const view of state === 'content' ? ['', ...views] : ['', 'containers/1', ...views]) {
        await other.goto(`${address}/${view}`);
        await other.getByRole('heading', { level: 1 }).first().waitFor();
        const loading = other.getByRole('status', { name: 'Loading' }).first();
        if (state === 'failed') await other.getByRole('alert').first().waitFor();
        else await loading.waitFor({ state: state === 'loading' ? 'visible' : 'detached' });
        problems.push(...(await problemsOf(other)).map((problem) => `${view}: ${problem}`));
      }
      await context.close();
      expect(problems).toEqual([]);
    },
  );
});

const appearances = [
  { colorScheme: 'light', width: 1440 },
  { colorScheme: 'dark', width: 1440 },
  { colorScheme: 'dark', width: 390 },
  { colorScheme: 'light', width: 390 },
] as const;

/** What axe calls serious, and scrolling sideways, in each appearance of a page. */
async function problemsOf(page: Page): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { colorScheme, width } of appearances) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    const where = `${colorScheme}, ${width} px`;
    problems.push(...(await seriousProblems(page)).map((problem) => `${where}: ${problem}`));
    const isWide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
    if (isWide === true) problems.push(`${where}: scrolls sideways`);
  }
  return problems;
}
