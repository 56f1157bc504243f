import { chromium } from 'playwright-core';
const base = process.argv[2],
  out = process.argv[3];
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
for (const [w, scheme] of [
  [1440, 'light'],
  [390, 'dark'],
  [1440, 'dark'],
  [390, 'light'],
]) {
  const ctx = await browser.newContext({
    viewport: { width: w, height: w === 390 ? 844 : 900 },
    colorScheme: scheme,
  });
  const page = await ctx.newPage();
  page.on('console', (m) => m.type() === 'error' && console.log('console', m.text(), m.location().url));
  page.on('pageerror', (e) => console.log('pageerror', e.message));
  await page.goto(base);
  await page.locator('input[name=username]').fill('testuser');
  await page.locator('input[name=password]').fill('testpassword');
  if (w === 1440 && scheme === 'light') await page.screenshot({ path: `${out}/login.png` });
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  for (const v of [
    '',
    'images',
    'containers',
    'billing',
    'diagnosis',
    'backups',
    'databases',
    'replication',
  ]) {
    await page.goto(`${base}/${v}`);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: `${out}/${v || 'overview'}-${w}-${scheme}.png` });
  }
  await page.goto(`${base}/containers`);
  const link = page.locator('table a').first();
  if (await link.count()) {
    await link.click();
    await page.waitForTimeout(5000);
    await page.screenshot({ path: `${out}/container-${w}-${scheme}.png` });
  }
  await ctx.close();
}
await browser.close();
