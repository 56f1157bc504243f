#!/usr/bin/env node
// Runs the API from the working tree: bundles it at every change, and starts it again under a Node inspector.
import { fork } from 'node:child_process';
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
const spareLaterMs = 1500;
await mkdir(outdir, { recursive: true });
await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');

let running;
let spare;
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
    spare ??= openSpare(packagesOf(metafile));
  } catch {
    // What does not compile was told by esbuild, and the last version that did goes on.
    inputs = undefined;
    return;
  }
  await stop(running);
  if (isStopping) return;
  running = spare;
  running.send({ run: join(outdir, 'main.js'), inspect: INSPECT });
  spare = undefined;
  const { packages } = running;
  // Later, so that it does not compete with the one that starts.
  setTimeout(() => (spare ??= isStopping ? undefined : openSpare(packages)), spareLaterMs).unref();
}

function openSpare(packages) {
  const child = fork(join(root, 'scripts/debug-spare.mjs'), {
    cwd: root,
    execArgv: ['--enable-source-maps'],
  });
  child.send({ packages });
  return Object.assign(child, { packages });
}

/** Packages that the bundle loads when it starts. */
function packagesOf({ outputs }) {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  const names = imports.filter(({ kind, external }) => external && kind === 'import-statement');
  return names.map(({ path }) => path);
}

async function stop(child) {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await once(child, 'exit');
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
    await Promise.all([stop(running), stop(spare)]);
    await bundle.dispose();
  });
