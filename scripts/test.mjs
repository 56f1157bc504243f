#!/usr/bin/env node
// `npm test`: prepares an engine and images, runs the tests, says what ran and what could not.
// --soak runs the long tests instead; everything else is handed on to vitest.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareServers } from '../test/engine/prepare-servers.mjs';
import { prepareEngine, prepareImages } from '../test/engine/prepare.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (text) => console.log(`test: ${text}`);
const args = process.argv.slice(2);
const soak = args.includes('--soak');
const handedOn = args.filter((argument) => argument !== '--soak');

async function main() {
  const prepared = await prepareEngine(say);
  // The engine has to be left in order even when the tests are interrupted.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
  try {
    process.exitCode = await runPrepared(prepared);
  } finally {
    await prepared.leave();
  }
}

/** Tests that run servers of the machine; the folders of their kind hold those of Docker too. */
const embeddedTests = ['**/embedded-*.test.ts', '**/kubernetes-*.test.ts'];

async function runPrepared(prepared) {
  const obstacle = prepareServers(say);
  const without = obstacle === undefined ? [] : embeddedTests.flatMap((pattern) => ['--exclude', pattern]);
  if (obstacle !== undefined) say(`not run: ${embeddedTests.join(', ')}; ${obstacle}`);
  const needsEngine = soak ? ['soak'] : ['contract', 'scenario', 'alone'];
  if (prepared.reason !== undefined) {
    say(`not run on Docker: ${needsEngine.join(', ')}; ${prepared.reason}`);
    if (soak) return 1;
    const code = await runVitest(['unit'], {}, { engine: 'none' });
    const real = { engine: 'embedded', options: [...without, 'embedded', 'kubernetes'] };
    return (await runVitest(needsEngine, {}, real)) || code;
  }
  say(`engine: ${prepared.engine}`);
  const images = await prepareImages(prepared.environment, say);
  const projects = soak ? needsEngine : ['unit', ...needsEngine];
  const engine = `${prepared.engine}${obstacle === undefined ? ' and embedded' : ''}`;
  return runVitest(projects, { ...prepared.environment, ...images }, { engine, options: without });
}

async function runVitest(projects, environment, { engine, options: more = [] }) {
  const folder = await mkdtemp(join(tmpdir(), 'orq-test-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const options = [
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ];
    const child = spawn(process.execPath, [vitest, 'run', ...options, ...more, ...handedOn], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: 'inherit',
    });
    const [code] = await once(child, 'close');
    summarise(JSON.parse(await readFile(report, 'utf8')), engine);
    return code ?? 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summarise(report, engine) {
  const real = report.testResults
    .filter(({ name }) => /^test[\\/](contract|scenario|soak)[\\/]/.test(relative(root, name)))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed');
  say(`${real.length} scenarios ran on a real engine (${engine})`);
  console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed`);
}

await main();
