import { readFile } from 'node:fs/promises';

/**
 * Optional native parts that their packages do without, packages that load files beside their own code, and one that has
 * to be the same as another package loads.
 */
export const external = [
  'pg-native',
  'cpu-features',
  '*.node',
  'postgres-migrations',
  'archiver',
  'crc-32',
  'zeromq',
];

const leftOut = /^\.\/(session|ssh|buildkit)$/;
const late = /^(tar-fs|@balena\/dockerignore|split-ca)$/;
const clientLibrary = /[\\/](dockerode|docker-modem)[\\/]lib[\\/]/;

/**
 * dockerode requires at its top level what only image builds and BuildKit sessions need: gRPC, an SSH client, tar.
 * Loading all that costs more than a whole `orq up`. The first two (and the reading of BuildKit progress) are left out (orq opens no sessions, and ssh://
 * endpoints go through OpenSSH), the others load when they are first used.
 */
export const lightDockerode = {
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
export const quickStart = {
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

/** Programs that run services reach no cluster, and would carry its client for nothing: four megabytes. */
export const withoutCluster = {
  name: 'without-cluster',
  setup(build) {
    build.onResolve({ filter: /kubernetes-engine\.ts$/ }, ({ path }) => ({ path, namespace: 'no-cluster' }));
    build.onLoad({ filter: /.*/, namespace: 'no-cluster' }, ({ path }) => ({ contents: refusal(path) }));
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
