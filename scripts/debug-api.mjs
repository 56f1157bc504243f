#!/usr/bin/env node
// Runs the API from the working tree: bundles it at every change, and starts it again under a Node inspector.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';
import { apiBundle } from './bundle-platform.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { INSPECT = '127.0.0.1:5678' } = process.env;
const outdir = join(root, '.orq/debug-api');
await mkdir(outdir, { recursive: true });
await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');

let running;
let queue = Promise.resolve();

async function restart() {
  await stop();
  const options = [`--inspect=${INSPECT}`, '--enable-source-maps', join(outdir, 'main.js')];
  running = spawn(process.execPath, options, { cwd: root, stdio: 'inherit' });
}

async function stop() {
  const before = running;
  if (before === undefined || before.exitCode !== null || before.signalCode !== null) return;
  before.kill('SIGTERM');
  const late = setTimeout(() => before.kill('SIGKILL'), 100);
  await once(before, 'exit');
  clearTimeout(late);
}

const restarter = {
  name: 'restarter',
  setup: (build) =>
    build.onEnd(({ errors }) => {
      // What does not compile is told, and the last version that did goes on.
      if (errors.length === 0) queue = queue.then(restart);
    }),
};

// Packages stay where they are: what is built and watched is only what one edits.
const watching = await context({
  ...apiBundle(outdir),
  packages: 'external',
  banner: {},
  sourcemap: true,
  plugins: [restarter],
});
await watching.watch();

for (const name of ['SIGTERM', 'SIGINT'])
  process.once(name, async () => {
    await watching.dispose();
    await stop();
  });
