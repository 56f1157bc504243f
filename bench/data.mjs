#!/usr/bin/env node
// `npm run bench:data [-- 0.1 1]`: backup, restore and snapshots beside PostgreSQL's own programs, on databases of so
// many gigabytes, of pgbench's rows and of an application's, turn by turn in one run. Peak memory is that of the orq
// process (VmHWM), Linux only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareEngine, prepareImages } from '../test/engine/prepare.mjs';
import { dataSets } from './data-sets.mjs';

const program = join(dirname(fileURLToPath(import.meta.url)), '../dist/main.js');
const say = (text) => console.log(`bench: ${text}`);
const rounds = 3;

async function main(sizes) {
  const prepared = process.env.DOCKER_HOST
    ? { environment: {}, leave: async () => undefined }
    : await prepareEngine(say);
  if (prepared.reason !== undefined) throw new Error(prepared.reason);
  try {
    Object.assign(process.env, prepared.environment, await prepareImages(prepared.environment, say));
    for (const size of sizes) for (const dataSet of dataSets) await measure(size, dataSet);
  } finally {
    await prepared.leave();
  }
}

async function measure(gigabytes, { name: data, fill }) {
  const folder = await mkdtemp(join(tmpdir(), 'orq-bench-data-'));
  const name = `orqbench${process.pid}`;
  const shell = (line) => run('sh', ['-c', line], folder);
  const orq = (...words) => run(process.execPath, [program, ...words, '--quiet'], folder);
  try {
    await mkdir(join(folder, 'home'));
    await writeFile(join(folder, 'compose.yaml'), compose(name, await freePort()));
    await orq('up');
    const inside = `docker exec -i ${name} `;
    const { command, stdin = '' } = fill(gigabytes);
    await writeFile(join(folder, 'fill.sql'), stdin);
    await shell(`${inside} ${command} < fill.sql > /dev/null 2>&1`);
    const dump = `${inside} pg_dump -U postgres shop`;
    const peers = { gzip: [], bare: [], load: [], copy: [] };
    const ours = { backup: [], restore: [], save: [], back: [] };
    for (let round = 0; round < rounds; round += 1) {
      peers.bare.push(await shell(`${dump} > /dev/null`));
      peers.gzip.push(await shell(`${dump} | gzip -6 > dump.sql.gz`));
      ours.backup.push(await orq('backup', '--name', 'bench'));
      await shell(`${inside} createdb -U postgres peer`);
      peers.load.push(await shell(`gunzip -c dump.sql.gz | ${inside} psql -qU postgres peer > /dev/null`));
      await shell(`${inside} dropdb -U postgres peer`);
      ours.restore.push(await orq('restore', '--yes', '--no-safety'));
      await shell(`${inside} createdb -U postgres peer`);
      const custom = `${inside} sh -c 'pg_dump -Fc -Z1 -U postgres shop | pg_restore -U postgres -d peer'`;
      peers.copy.push(await shell(custom));
      await shell(`${inside} dropdb -U postgres peer`);
      ours.save.push(await orq('snapshot', 'save', `s${round}`));
      ours.back.push(await orq('snapshot', 'restore', `s${round}`));
      await orq('snapshot', 'delete', `s${round}`);
    }
    const title = `${gigabytes} GB ${data}`;
    report(`${title} backup / pg_dump | gzip -6`, ours.backup, peers.gzip, 0.5);
    report(`${title} backup / bare pg_dump`, ours.backup, peers.bare, 1.2);
    report(`${title} restore / gunzip | psql`, ours.restore, peers.load, 1.1);
    report(`${title} snapshot save / dump + restore`, ours.save, peers.copy, 0.25);
    report(`${title} snapshot restore / dump + restore`, ours.back, peers.copy, 0.25);
  } finally {
    await orq('down', '--volumes', '--no-backup').catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

function compose(name, port) {
  return `name: ${name}
services:
  database:
    image: ${process.env.ORQ_IMAGE_POSTGRES ?? 'postgres:17'}
    container_name: ${name}
    command: [postgres, -c, max_wal_size=4GB]
    shm_size: 256m
    environment: { POSTGRES_PASSWORD: secret, POSTGRES_DB: shop }
    ports: ['${port}:5432']
    volumes: ['data:/var/lib/postgresql/data']
volumes: { data: }
`;
}

/** Seconds that a program took, and the most memory that it held, in megabytes. */
async function run(command, args, cwd) {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, HOME: join(cwd, 'home') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let peak = 0;
  const look = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 20);
  const [code] = await once(child, 'close');
  clearInterval(look);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  return { seconds: (performance.now() - startedAt) / 1000, peak };
}

function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function report(title, ours, theirs, goal) {
  const [mine, peer] = [median(ours), median(theirs)];
  const verdict = mine / peer <= goal ? 'reached' : 'MISSED';
  const peak = Math.max(...ours.map((result) => result.peak));
  const cells = [
    title.padEnd(58),
    `${mine.toFixed(2)} s`,
    `${peer.toFixed(2)} s`,
    `ratio ${(mine / peer).toFixed(2)}`,
    `≤ ${goal}`,
    verdict,
    `peak ${peak.toFixed(0)} MB`,
    `load ${loadavg()[0].toFixed(1)}`,
  ];
  console.log(cells.join('  '));
}

function median(results) {
  const sorted = results.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

const sizes = process.argv.slice(2).map(Number);
await main(sizes.length === 0 ? [0.1, 1] : sizes);
