import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
