#!/usr/bin/env node
// Runs the API from the working tree: bundles it at every change, and starts it again under a Node inspector.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';
import { apiBundle } from './bundle-platform.mjs';
import { watchSources } from './watch-sources.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { INSPECT = '127.0.0.1:5678' } = process.env;
const outdir = join(root, '.orq/debug-api');
/** For an API that hangs; what it was doing is of no use to the edited one. */
const stopMs = 100;
await mkdir(outdir, { recursive: true });
await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');

let running;
let queue = Promise.resolve();
let isStopping = false;
/** Files of the last bundle, absent while there is none. */
let inputs;

// Packages stay where they are: what is built and watched is only what one edits.
const bundle = await context({
  ...apiBundle(outdir),
  absWorkingDir: root,
  packages: 'external',
  banner: {},
  sourcemap: true,
  metafile: true,
});

async function buildAndStart() {
  if (isStopping) return;
  try {
    const { metafile } = await bundle.rebuild();
    inputs = new Set(Object.keys(metafile.inputs).map((path) => join(root, path)));
  } catch {
    // What does not compile was told by esbuild, and the last version that did goes on.
    inputs = undefined;
    return;
  }
  await stop();
  if (!isStopping) start();
}

function start() {
  const options = [`--inspect=${INSPECT}`, '--enable-source-maps', join(outdir, 'main.js')];
  running = spawn(process.execPath, options, { cwd: root, stdio: 'inherit' });
}

async function stop() {
  const before = running;
  if (before === undefined || before.exitCode !== null || before.signalCode !== null) return;
  before.kill('SIGTERM');
  const late = setTimeout(() => before.kill('SIGKILL'), stopMs);
  await once(before, 'exit');
  clearTimeout(late);
}

const unwatch = watchSources(join(root, 'src'), (paths) => {
  const isOurs = inputs === undefined || paths.some((path) => inputs.has(path));
  if (isOurs) queue = queue.then(buildAndStart);
});
queue = queue.then(buildAndStart);

for (const name of ['SIGTERM', 'SIGINT'])
  process.once(name, async () => {
    isStopping = true;
    unwatch();
    await queue;
    await stop();
    await bundle.dispose();
  });
