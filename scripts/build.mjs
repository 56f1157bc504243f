#!/usr/bin/env node
// Bundles the CLI: src/main.ts → dist/main.js, split so that each command loads what it needs.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleApi, bundleUi } from './bundle-platform.mjs';
import { external, lightDockerode, quickStart } from './bundle-plugins.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const entry = join(root, 'src/main.ts');
const launcher = join(root, 'src/launcher/main.ts');
const isready = join(root, 'src/engine/embedded/clients/pg-isready.ts');
const supervisor = join(root, 'src/engine/embedded/supervisor/main.ts');
const library = join(root, 'src/services/library/main.ts');
const output = join(root, 'dist');

/** What `up`, `status` and `down` load on the engine of most people. */
const everyDay = [
  'src/cli/run/up.ts',
  'src/cli/run/status.ts',
  'src/cli/run/down.ts',
  'src/operations/up.ts',
  'src/operations/status.ts',
  'src/operations/down.ts',
  'src/engine/docker/docker-engine.ts',
  'src/engine/docker/find-endpoint.ts',
  'src/health/probes/postgres-probe.ts',
  'src/health/probes/redis-probe.ts',
  'src/health/probes/http-probe.ts',
  'src/postgres/session.ts',
  'src/postgres/migration-status.ts',
];

/**
 * Measuring text builds the tables of emoji and grapheme clusters as soon as it is loaded, a third of a whole no-op
 * `up`; plain text is measured without them.
 */
const lateWidth = {
  name: 'late-width',
  setup(build) {
    build.onResolve({ filter: /^string-width$/ }, ({ namespace, path, resolveDir }) =>
      namespace === 'file' ? { path, namespace: 'late-default', pluginData: { resolveDir } } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'late-default' }, ({ path, pluginData }) => ({
      contents: `export default (...args) => require(${JSON.stringify(path)}).default(...args);`,
      resolveDir: pluginData.resolveDir,
    }));
  },
};

async function build() {
  // Loaded only here: an installation without development packages has no esbuild and nothing to build.
  const { build: bundle } = await import('esbuild');
  await rm(output, { recursive: true, force: true });
  const modules = join(output, 'modules');
  const { metafile } = await bundle({
    entryPoints: { main: entry },
    outdir: modules,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // yaml's ES modules load in a third of the time of its CommonJS ones.
    alias: { 'readable-stream': 'node:stream', yaml: join(root, 'node_modules/yaml/browser/index.js') },
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    absWorkingDir: root,
    external,
    plugins: [lightDockerode, quickStart, lateWidth],
    logLevel: 'warning',
  });
  await joinChunks(modules, loadedTogether(metafile, everyDay));
  await rm(modules, { recursive: true });
  // Files of their own: they run alone, the first for weeks, and must not miss a chunk that a later build
  // has replaced.
  await bundle({
    entryPoints: { supervisor, 'pg-isready': isready },
    outdir: output,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  await bundle({
    entryPoints: { index: join(root, 'src/index.ts') },
    outdir: output,
    outExtension: { '.js': '.mjs' },
    // Those who import orq load the engine that they use, and no other.
    splitting: true,
    chunkNames: 'api/[name]-[hash]',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    alias: { 'readable-stream': 'node:stream' },
    external,
    banner: {
      // CommonJS packages in the bundle call require() for Node's own modules.
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
    },
    plugins: [lightDockerode, quickStart],
    logLevel: 'warning',
  });
  await writeTypes();
  await bundle({
    entryPoints: { main: launcher },
    outdir: output,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    define: { bundleDigest: JSON.stringify(await digest(output)) },
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  });
  await chmod(join(output, 'main.js'), 0o755);
  await bundleLibrary(bundle);
  await Promise.all([
    bundleApi(bundle, join(output, 'orchestrator-api')),
    bundleUi(bundle, join(output, 'orchestrator-ui')),
  ]);
}

/** The services of the library: a folder that needs nothing outside it, so that a container can mount it. */
async function bundleLibrary(bundle) {
  const outdir = join(output, 'library');
  await bundle({
    entryPoints: { main: library },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['pg-native', 'zeromq'],
    banner: {
      // CommonJS packages in the bundle call require() for Node's own modules.
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
    },
    plugins: [quickStart],
    logLevel: 'warning',
  });
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
  // ZeroMQ is native: its package chooses among prebuilt parts when it loads. Windows runs them through WSL.
  for (const name of [
    'zeromq/package.json',
    'zeromq/lib',
    'zeromq/build',
    'cmake-ts/package.json',
    'cmake-ts/build',
  ])
    await cp(join(root, 'node_modules', name), join(outdir, 'node_modules', name), {
      recursive: true,
      filter: (path) => !path.endsWith('win32'),
    });
}

/** Declarations for those who import orq; without the compiler's package there is nobody to read them. */
async function writeTypes() {
  if (!isInstalled('typescript')) return;
  const compiler = join(root, 'node_modules/.bin/tsc');
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rootDir', 'src'];
  const files = ['--ignoreConfig', 'src/index.ts', '--outDir', 'dist/types'];
  const same = [
    '--target',
    'ES2023',
    '--module',
    'NodeNext',
    '--strict',
    '--skipLibCheck',
    '--types',
    'node',
  ];
  const imports = [
    '--allowImportingTsExtensions',
    '--rewriteRelativeImportExtensions',
    '--resolveJsonModule',
  ];
  await promisify(execFile)(compiler, [...options, ...files, ...same, ...imports], { cwd: root });
}

/**
 * Few files that Node loads as CommonJS: what every command needs, what the commands of every day need on top of it,
 * and the rest as it was split. As sixty ES modules they took longer to find and link than to run.
 */
async function joinChunks(modules, { start, often }) {
  const { rolldown } = await import('rolldown');
  const build = await rolldown({
    input: { orq: join(modules, 'main.js') },
    platform: 'node',
    treeshake: false,
    external: [/^node:/, ...external.filter((name) => !name.startsWith('*')), /\.node$/],
  });
  await build.write({
    dir: output,
    format: 'cjs',
    dynamicImportInCjs: false,
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: {
      groups: [
        { name: 'start', test: (id) => start.has(id), priority: 2 },
        { name: 'often', test: (id) => often.has(id), priority: 1 },
      ],
    },
  });
  await build.close();
  await writeAsAscii(output);
  await writeFile(join(output, 'package.json'), '{ "type": "commonjs" }\n');
}

/** Node reads and compiles text of one byte for each character faster. */
async function writeAsAscii(folder) {
  for (const path of await filesOf(folder)) {
    const text = await readFile(path, 'utf8');
    const escaped = text.replaceAll(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    if (escaped !== text) await writeFile(path, escaped);
  }
}

/** Paths of the chunks that every command loads, and of those that some modules of ours need. */
function loadedTogether({ outputs }, entries) {
  const known = (entry) => Object.keys(outputs).find((name) => outputs[name].entryPoint === entry);
  const closure = (start) => {
    const seen = new Set();
    const visit = (name) => {
      if (seen.has(name) || outputs[name] === undefined) return;
      seen.add(name);
      for (const { path, kind } of outputs[name].imports) if (kind === 'import-statement') visit(path);
    };
    for (const name of start) visit(name);
    return seen;
  };
  const atStart = closure([known('src/main.ts')]);
  const often = entries.map((entry) => {
    const name = known(entry);
    if (name === undefined)
      throw new Error(`${entry} is no longer loaded by itself: see everyDay in this script`);
    return name;
  });
  const paths = (set) => new Set([...set].map((name) => join(root, name)));
  return { start: paths(atStart), often: paths(closure(often)) };
}

async function digest(folder) {
  const hash = createHash('sha256');
  for (const path of await filesOf(folder)) hash.update(await readFile(path));
  return hash.digest('hex').slice(0, 12);
}

async function filesOf(folder) {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map((name) => join(folder, name));
}

function isInstalled(name) {
  try {
    return import.meta.resolve(name) !== '';
  } catch {
    return false;
  }
}

const isThere = await stat(entry).then(
  () => true,
  () => false,
);
if (!isInstalled('esbuild'))
  console.error('scripts/build.mjs: esbuild is not installed; dist stays as it is');
else if (isThere) await build();
else console.error('scripts/build.mjs: no src/main.ts, nothing to build');
