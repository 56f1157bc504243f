#!/usr/bin/env node
// Bundles the CLI: src/main.ts → dist/main.js, split so that each command loads what it needs.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const entry = join(root, 'src/main.ts');
const launcher = join(root, 'src/launcher/main.ts');
const isready = join(root, 'src/engine/embedded/clients/pg-isready.ts');
const supervisor = join(root, 'src/engine/embedded/supervisor/main.ts');
const library = join(root, 'src/services/library/main.ts');
const api = join(root, 'src/services/orchestrator-api/main.ts');
const ui = join(root, 'src/services/orchestrator-ui');
const output = join(root, 'dist');

/**
 * dockerode requires at its top level what only image builds and BuildKit sessions need: gRPC, an SSH client, tar.
 * Loading all that costs more than a whole `orq up`. The first two (and the reading of BuildKit progress) are left out (orq opens no sessions, and ssh://
 * endpoints go through OpenSSH), the others load when they are first used.
 */
/** Optional native parts that their packages do without, and packages that load files beside their own code. */
const external = ['pg-native', 'cpu-features', '*.node', 'postgres-migrations', 'archiver', 'zeromq'];

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

const leftOut = /^\.\/(session|ssh|buildkit)$/;
const late = /^(tar-fs|@balena\/dockerignore|split-ca)$/;
const clientLibrary = /[\\/](dockerode|docker-modem)[\\/]lib[\\/]/;

const lightDockerode = {
  name: 'light-dockerode',
  setup(build) {
    const redirect = (filter, namespace) =>
      build.onResolve({ filter }, ({ importer, path, resolveDir }) =>
        clientLibrary.test(importer) ? { path, namespace, pluginData: { resolveDir } } : undefined,
      );
    redirect(leftOut, 'left-out');
    redirect(late, 'late');
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: refusal(path) }));
    build.onLoad({ filter: /.*/, namespace: 'late' }, ({ path, pluginData }) => ({
      contents: loadedLate(path),
      resolveDir: pluginData.resolveDir,
    }));
  },
};

/**
 * Two libraries do work at every start that only debugging or another runtime needs: docker-modem prints every
 * request into a string, and pg loads the whole fetch implementation to learn that this is not a Cloudflare worker.
 */
const quickStart = {
  name: 'quick-start',
  setup(build) {
    const patch = (filter, change) =>
      build.onLoad({ filter }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const changed = change(text);
        if (changed === text)
          throw new Error(`${path} has changed: look again at what ${quickStart.name} does to it`);
        return { contents: changed };
      });
    patch(/docker-modem[\\/]lib[\\/]modem\.js$/, (text) =>
      text.replace(/util\.inspect\(options, \{[^}]*\}\)/, 'options'),
    );
    patch(/pg[\\/]lib[\\/]stream\.js$/, (text) =>
      text.replace(/function isCloudflareRuntime\(\) \{/, '$& return false;'),
    );
  },
};

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

function refusal(path) {
  return `module.exports = () => { throw new Error(${JSON.stringify(`${path} is not part of the bundle`)}); };`;
}

function loadedLate(path) {
  return `
    const load = () => require(${JSON.stringify(path)});
    module.exports = new Proxy(function () {}, {
      get: (_, name) => load()[name],
      apply: (_, self, args) => load().apply(self, args),
      construct: (_, args) => new (load())(...args),
    });`;
}

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
  await Promise.all([bundleApi(bundle), bundleUi(bundle)]);
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

/** The API of the platform: a folder that needs nothing outside it, the pages of its documentation included. */
async function bundleApi(bundle) {
  const outdir = join(output, 'orchestrator-api');
  await bundle({
    entryPoints: { main: api },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    alias: { 'readable-stream': 'node:stream' },
    external,
    banner: {
      // CommonJS packages in the bundle call require() and know their folder; Swagger UI finds its pages by it.
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);const __dirname = new URL('./package', import.meta.url).pathname;const __filename = __dirname + '/main.js';",
    },
    plugins: [lightDockerode, quickStart],
    logLevel: 'warning',
  });
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
  const pages = join(root, 'node_modules/@fastify/swagger-ui/static');
  await cp(pages, join(outdir, 'static'), { recursive: true });
  await cp(join(pages, 'logo.svg'), join(outdir, 'package/static/logo.svg'));
}

/** The pages of the platform, and the small server that hands them out. */
async function bundleUi(bundle) {
  const outdir = join(output, 'orchestrator-ui');
  const { build: buildPages } = await import('vite');
  await Promise.all([
    bundle({
      entryPoints: { main: join(ui, 'server/main.ts') },
      outdir,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
      },
      logLevel: 'warning',
    }),
    buildPages({ configFile: join(ui, 'vite.config.ts'), logLevel: 'warn' }),
  ]);
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
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
