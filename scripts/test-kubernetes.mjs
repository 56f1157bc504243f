#!/usr/bin/env node
// `npm run test:kubernetes`: runs the tests of databases on Kubernetes on the cluster that KUBECONFIG names.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CustomObjectsApi, KubeConfig, VersionApi } from '@kubernetes/client-node';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (text) => console.log(`test:kubernetes: ${text}`);

/** Tests for any cluster, and those for one with CloudNativePG. */
const anyCluster = ['api', 'databases', 'work', 'replica'].map(
  (name) => `test/scenario/kubernetes-${name}.test.ts`,
);
const withOperator = ['test/scenario/kubernetes-operator.test.ts'];
/** Tests that put faults into a cluster of their own: broken images, quotas, users without permissions. */
const leftToCi = ['test/scenario/kubernetes-faults.test.ts'];

async function main() {
  if (!process.env.KUBECONFIG) {
    say('set KUBECONFIG to the configuration of a cluster in which namespaces may be made and deleted');
    process.exitCode = 2;
    return;
  }
  const config = new KubeConfig();
  config.loadFromDefault();
  const { gitVersion } = await config.makeApiClient(VersionApi).getCode();
  const hasOperator = await isInstalled(config);
  say(`the cluster is ${config.getCurrentCluster()?.server} (${gitVersion})`);
  say(`CloudNativePG is ${hasOperator ? '' : 'not '}installed`);
  const left = hasOperator ? leftToCi : [...leftToCi, ...withOperator];
  say(`left to npm test, which brings a cluster for them: ${left.join(', ')}`);
  process.exitCode = await run(hasOperator ? [...anyCluster, ...withOperator] : anyCluster);
}

async function isInstalled(config) {
  const api = config.makeApiClient(CustomObjectsApi);
  return api.getAPIResources({ group: 'postgresql.cnpg.io', version: 'v1' }).then(
    () => true,
    () => false,
  );
}

async function run(files) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  // Images are pulled first, and machines of a cluster may be slow.
  const options = ['--project', 'scenario', '--testTimeout', '600000', '--hookTimeout', '600000'];
  const child = spawn(process.execPath, [vitest, 'run', ...options, ...files, ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, ORQ_TEST_KUBERNETES: 'real' },
    stdio: 'inherit',
  });
  const [code] = await once(child, 'close');
  return code ?? 1;
}

await main();
