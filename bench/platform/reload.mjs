import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { openCheckout } from './checkout.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const edits = 5;
const goalMs = 2000;
/** Nobody edits at once again. */
const betweenMs = 4000;
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const copied = ['compose', 'database', 'orq.toml', 'src', 'scripts', 'package.json', 'tsconfig.json', 'dist'];

/** How soon an edit of a source shows in the profile `vnm` in debug mode. */
export async function measureReload(say) {
  const engines = process.env.DOCKER_HOST === undefined ? ['embedded'] : ['embedded', 'docker'];
  for (const engine of engines) await measureOn(engine, say);
}

async function measureOn(engine, say) {
  // Containers see no links out of the folder: the packages are copied for them.
  const parts = engine === 'docker' ? [...copied, 'node_modules'] : copied;
  const images = Object.entries(process.env).filter(([name]) => name.startsWith('ORQ_IMAGE_'));
  const own =
    engine === 'docker' ? { DOCKER_HOST: process.env.DOCKER_HOST, ...Object.fromEntries(images) } : {};
  const environment = { ...own, ORQ_ENGINE: engine };
  const checkout = await openCheckout({ copied: parts, environment, below: join(root, '.orq') });
  try {
    await checkout.orq('up', 'vnm');
    const backend = await measureBackend(checkout);
    const frontend = await measureFrontend(checkout);
    say(`${engine}, an edit of the backend shows after ${words(backend)}`);
    say(`${engine}, an edit of the frontend shows after ${words(frontend)}`);
  } finally {
    await checkout.orq('down', 'vnm', '--volumes', '--no-backup');
    await checkout.remove();
  }
}

async function measureBackend({ directory, env }) {
  const file = join(directory, 'src/services/orchestrator-api/server/documentation.ts');
  const address = `http://127.0.0.1:${env.VNM_BACKEND_PORT}/docs/json`;
  const shows = (title) =>
    fetch(address).then(
      async (answer) => (await answer.text()).includes(title),
      () => false,
    );
  return repeat(file, /title: '[^']*'/, async (count) => {
    const title = `Edited API ${count}`;
    return {
      text: `title: '${title}'`,
      shown: async () => {
        while (!(await shows(title))) await delay(10);
      },
    };
  });
}

async function measureFrontend({ directory, env }) {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${env.VNM_FRONTEND_PORT}`);
    await page.locator('input[name=password]').waitFor();
    const file = join(directory, 'src/services/orchestrator-ui/web/views/login.tsx');
    return await repeat(file, /label="[^"]*" autoComplete="username"/, async (count) => ({
      text: `label="Name ${count}" autoComplete="username"`,
      shown: () => page.getByLabel(`Name ${count}`).waitFor(),
    }));
  } finally {
    await browser.close();
  }
}

async function repeat(file, pattern, change) {
  const times = [];
  for (let count = 1; count <= edits; count += 1) {
    const { text, shown } = await change(count);
    await delay(betweenMs);
    const source = await readFile(file, 'utf8');
    const started = performance.now();
    await writeFile(file, source.replace(pattern, text));
    await shown();
    times.push(performance.now() - started);
  }
  return times;
}

function words(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const verdict = sorted.at(-1) <= goalMs ? 'reached' : 'MISSED';
  return `${Math.round(sorted[Math.floor(edits / 2)])} ms, at most ${Math.round(sorted.at(-1))} ms (goal ${goalMs} ms, ${verdict})`;
}
