import { cp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lightDockerode, quickStart, withoutCluster } from './bundle-plugins.mjs';
import { compressPages } from './compress-pages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const api = join(root, 'src/services/orchestrator-api/main.ts');
const ui = join(root, 'src/services/orchestrator-ui');

/** CommonJS packages in a bundle call require() for Node's own modules. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);";
/** Swagger UI finds its pages by the folder that it lies in. */
const folderBanner =
  "const __dirname = new URL('./package', import.meta.url).pathname;const __filename = __dirname + '/main.js';";

/** How the API is bundled: one file that needs no package, but for probes of ZeroMQ. */
export function apiBundle(outdir) {
  return {
    entryPoints: { main: api },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['pg-native', 'cpu-features', '*.node', 'postgres-migrations', 'zeromq'],
    banner: { js: requireBanner + folderBanner },
    plugins: [lightDockerode, quickStart, withoutCluster],
    logLevel: 'warning',
  };
}

/** The API of the platform, with the pages of its documentation. */
export async function bundleApi(bundle, outdir) {
  await bundle(apiBundle(outdir));
  await writeApiFiles(outdir);
}

/** What lies beside the bundle of the API. */
export async function writeApiFiles(outdir) {
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
  const pages = join(root, 'node_modules/@fastify/swagger-ui/static');
  await cp(pages, join(outdir, 'static'), { recursive: true });
  await cp(join(pages, 'logo.svg'), join(outdir, 'package/static/logo.svg'));
}

/** The pages of the platform, and the small server that hands them out. */
export async function bundleUi(bundle, outdir) {
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
        js: requireBanner,
      },
      logLevel: 'warning',
    }),
    buildPages({ configFile: join(ui, 'vite.config.ts'), logLevel: 'warn' }),
  ]);
  await compressPages(join(outdir, 'pages'));
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
}
