import { chromium } from 'playwright-core';
import { openCheckout } from './checkout.mjs';

const visits = 5;
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** Bytes over the wire of a first visit and its first paint, in Chromium with an empty cache. */
export async function measurePages(say) {
  const checkout = await openCheckout({ copied: ['compose', 'database', 'orq.toml'] });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
  try {
    await checkout.orq('up');
    const address = `http://127.0.0.1:${checkout.env.ORCHESTRATOR_UI_PORT}`;
    const looks = [];
    for (let visit = 0; visit < visits; visit += 1) looks.push(await visitOnce(browser, address));
    const middle = (name) =>
      looks.map((look) => look[name]).toSorted((a, b) => a - b)[Math.floor(visits / 2)];
    say(
      `first visit: ${middle('requests')} requests, ${(middle('wire') / 1024).toFixed(0)} KiB over the wire for ` +
        `${(middle('content') / 1024).toFixed(0)} KiB, first paint ${middle('paint').toFixed(0)} ms, log-in form after ${middle('form').toFixed(0)} ms`,
    );
  } finally {
    await browser.close();
    await checkout.orq('down', '--volumes', '--no-backup');
    await checkout.remove();
  }
}

async function visitOnce(browser, address) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const responses = [];
  page.on('response', (response) => responses.push(response));
  const started = performance.now();
  await page.goto(address);
  await page.locator('input[name=password]').waitFor();
  const form = performance.now() - started;
  await page.waitForLoadState('networkidle');
  const paint = await page.evaluate(
    "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN",
  );
  let [wire, content] = [0, 0];
  for (const response of responses) {
    const { responseBodySize, responseHeadersSize } = await response.request().sizes();
    wire += responseBodySize + responseHeadersSize;
    content += (await response.body()).length;
  }
  await context.close();
  return { requests: responses.length, wire, content, paint, form };
}
