#!/usr/bin/env node
// `npm run bench:databases`: from the call to the first answered query, of orq's API and command line and of
// testcontainers' PostgreSQL module, on one image, turn by turn in one run. `-- 100` also lists so many.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { prepareEngine, prepareImages } from '../test/engine/prepare.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const say = (text) => console.log(`bench: ${text}`);
const rounds = 3;
const many = 10;
const goal = 0.5;

async function main([count = '0']) {
  const prepared = process.env.DOCKER_HOST
    ? { environment: {}, leave: async () => undefined }
    : await prepareEngine(say);
  if (prepared.reason !== undefined) throw new Error(prepared.reason);
  const home = await mkdtemp(join(tmpdir(), 'orq-bench-databases-'));
  try {
    Object.assign(process.env, prepared.environment, await prepareImages(prepared.environment, say));
    await measure(home, Number(count));
  } finally {
    await prepared.leave();
    await rm(home, { recursive: true, force: true });
  }
}

async function measure(home, count) {
  // Its reaper is an image of its own; this script removes what it starts.
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const { createDatabaseOrchestrator } = await import(`${dist}/index.mjs`);
  const environment = { ...process.env, HOME: home };
  const orchestrator = createDatabaseOrchestrator({ environment, engine: 'docker', directory: home });
  const image = process.env.ORQ_IMAGE_POSTGRES ?? 'postgres:17';
  const name = (index) => `bench-${process.pid}-${index}`;

  const ours = async (index) => {
    await query((await orchestrator.createDatabase(name(index))).connectionString);
    return () => orchestrator.deleteDatabase(name(index), { force: true });
  };
  const commandLine = async (index) => {
    await orq(['db', 'create', name(index)], environment);
    await query((await orchestrator.getDatabaseInfo(name(index))).connectionString);
    return () => orchestrator.deleteDatabase(name(index), { force: true });
  };
  const peer = async () => {
    const started = await new PostgreSqlContainer(image).start();
    await query(started.getConnectionUri());
    return () => started.stop();
  };
  const atOnce = (one) => async () => {
    const undo = await Promise.all(Array.from({ length: many }, (_, index) => one(index)));
    return () => Promise.all(undo.map((each) => each()));
  };

  // The first of an image also makes what later ones copy.
  say(`the very first: ${seconds((await timed(ours)).taken)}`);
  const times = await turnByTurn({ ours, commandLine, peer }, rounds);
  report('create, API', times.ours, times.peer);
  report('create, command line', times.commandLine, times.peer);
  const tens = await turnByTurn({ ours: atOnce(ours), peer: atOnce(peer) }, 1);
  report(`${many} at once, API`, tens.ours, tens.peer);
  console.log(`${many} at once / one: ${(median(tens.ours) / median(times.ours)).toFixed(2)} (goal ≤ 2.5)`);
  if (count > 0) await listMany(orchestrator, { count, name, environment });
}

async function listMany(orchestrator, { count, name, environment }) {
  const names = Array.from({ length: count }, (_, index) => name(index));
  for (let start = 0; start < count; start += many)
    await Promise.all(names.slice(start, start + many).map((id) => orchestrator.createDatabase(id)));
  const taken = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = performance.now();
    await orq(['db', 'list'], environment);
    taken.push(performance.now() - before);
  }
  console.log(`list of ${count}, command line: ${seconds(median(taken))} (goal < 1 s)`);
  for (const id of names) await orchestrator.deleteDatabase(id, { force: true });
}

/** Medians are of runs that alternate, so that what else the machine does falls on both. */
async function turnByTurn(sides, count) {
  const times = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (let round = 0; round < count; round += 1)
    for (const [side, work] of Object.entries(sides)) times[side].push((await timed(work)).taken);
  return times;
}

async function timed(work) {
  const before = performance.now();
  const undo = await work(0);
  const taken = performance.now() - before;
  await undo();
  return { taken };
}

async function query(connectionString) {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query('SELECT 1');
  await client.end();
}

async function orq(args, env) {
  const child = spawn(process.execPath, [join(dist, 'main.js'), ...args, '--engine', 'docker', '--quiet'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`orq ${args.join(' ')} ended with ${code}`);
}

function report(title, ours, peer) {
  const ratio = median(ours) / median(peer);
  const verdict = ratio <= goal ? 'reached' : 'MISSED';
  const load = loadavg()[0].toFixed(1);
  console.log(
    `${title.padEnd(24)} ${seconds(median(ours))}  testcontainers ${seconds(median(peer))}  ratio ${ratio.toFixed(2)} (goal ≤ ${goal}) ${verdict}  load ${load}`,
  );
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

await main(process.argv.slice(2));
