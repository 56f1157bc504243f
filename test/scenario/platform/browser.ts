import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** A real Chromium, that of the system. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
}

/** A page where somebody is logged in. */
export async function loggedIn(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('input[name=username]').fill('testuser');
  await page.locator('input[name=password]').fill('testpassword');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe calls serious or critical on a page, one line each. */
export async function seriousProblems(page: Page): Promise<readonly string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // Through the debugger and not a script tag, which the page's policy rightly forbids.
  const violations: readonly Violation[] = await page.evaluate(
    `(() => { ${source}; return axe.run().then(({ violations }) => violations); })()`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
