import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Sandbox } from '../sandbox.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const parts = ['compose', 'database', 'orq.toml', 'src', 'scripts', 'package.json', 'tsconfig.json'];

/**
 * Copies the repository into a sandbox, for containers that run from it. Containers get names of the sandbox's project,
 * so that they do not meet those of other tests, and the packages of the repository.
 */
export async function copyWorkingTree(box: Sandbox): Promise<void> {
  for (const part of parts) await cp(join(repository, part), box.path(part), { recursive: true });
  await symlink(join(repository, 'dist'), box.path('dist'));
  await mkdir(box.path('node_modules'));
  for (const mode of ['debug', 'production']) {
    const file = box.path(`compose/vnm/compose.${mode}.yaml`);
    await change(file, /container_name: (\w+)/g, 'container_name: ${COMPOSE_PROJECT_NAME}-$1');
  }
  const packages = `- ${join(repository, 'node_modules')}:${box.path('node_modules')}`;
  const debug = box.path('compose/vnm/compose.debug.yaml');
  await change(debug, /- \.\.\/\.\.:.*$/gm, `$&\n      ${packages}`);
  await change(
    debug,
    /command: \[node, scripts\/debug-api\.mjs\]\n    environment/,
    `volumes:\n      ${packages}\n    $&`,
  );
}

async function change(file: string, from: RegExp, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(from);
  await writeFile(file, text.replace(from, to));
}

/** Puts one text of a file in the place of another. */
export async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
}

/** What an address answers, empty while nothing does. */
export function textOf(url: string): Promise<string> {
  return fetch(url).then(
    (response) => response.text(),
    () => '',
  );
}

const attempts = 3;

/**
 * Edits a label of the login page until the page shows it, each time for at most `timeout` milliseconds: a browser drops
 * what it loads when networks of containers come and go, and Vite asks for an edited module once.
 */
export async function editLogin(page: Page, directory: string, timeout: number): Promise<void> {
  const file = join(directory, 'src/services/orchestrator-ui/web/views/login.tsx');
  let before = 'User name';
  for (let attempt = 1; ; attempt += 1) {
    const label = `Edited name ${attempt}`;
    await edit(file, `label="${before}"`, `label="${label}"`);
    before = label;
    try {
      return await page.getByLabel(label).waitFor({ timeout });
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}
