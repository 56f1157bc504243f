#!/usr/bin/env node
// `test/engine/start node bench/failover-peer.mjs [runs]`: how long pg_auto_failover, as it comes, refuses writes when
// its primary is killed. Three containers of Debian's packages: a monitor and two servers. Beside `bench/library.mjs`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

const runs = Number(process.argv[2] ?? 5);
const image = 'orq-test/auto-failover';
const ports = { one: 36_432, two: 36_433 };
const create = '--pgport 5432 --auth trust --no-ssl --run';

const docker = (...words) =>
  execFileSync('docker', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function buildImage() {
  const folder = mkdtempSync(join(tmpdir(), 'orq-bench-'));
  writeFileSync(
    join(folder, 'Dockerfile'),
    `FROM orq-test/base:trixie
RUN apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-common \\
 && echo 'create_main_cluster = false' >> /etc/postgresql-common/createcluster.conf \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-17-auto-failover pg-auto-failover-cli
ENV PATH=/usr/lib/postgresql/17/bin:$PATH
RUN install -d -o postgres -g postgres /data
USER postgres
`,
  );
  docker('build', '-q', '-t', image, folder);
  rmSync(folder, { recursive: true });
}

function run(name, options, command) {
  docker(
    'run',
    '-d',
    '--name',
    name,
    '--network',
    'orq-bench',
    '--hostname',
    name,
    ...options,
    image,
    ...command,
  );
}

function startServers() {
  docker('network', 'create', 'orq-bench');
  const monitor = 'postgres://autoctl_node@orq-bench-monitor:5432/pg_auto_failover';
  run(
    'orq-bench-monitor',
    [],
    ['sh', '-c', `pg_autoctl create monitor --pgdata /data/monitor --hostname orq-bench-monitor ${create}`],
  );
  for (const [name, port] of Object.entries(ports)) {
    const script = `until pg_isready -qh orq-bench-monitor; do sleep 0.2; done; sleep 2
      rm -f /tmp/pg_autoctl/data/*/*.pid
      [ -e /data/node/PG_VERSION ] && exec pg_autoctl run --pgdata /data/node
      exec pg_autoctl create postgres --pgdata /data/node --hostname orq-bench-${name} --name ${name} \\
        --pg-hba-lan --monitor ${monitor} ${create}`;
    run(`orq-bench-${name}`, ['-p', `127.0.0.1:${port}:5432`], ['sh', '-c', script]);
  }
}

async function ask(name, sql) {
  const client = new Client({
    host: '127.0.0.1',
    port: ports[name],
    user: 'postgres',
    database: 'postgres',
    connectionTimeoutMillis: 500,
    query_timeout: 2000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The server that accepts a write first. */
async function firstToWrite(names, sql) {
  for (;;) {
    for (const name of names) {
      const written = await ask(name, sql).then(
        () => true,
        () => false,
      );
      if (written) return name;
    }
    await delay(20);
  }
}

/** What the monitor says of the servers; nothing while it is not up. */
function monitorState() {
  try {
    return docker('exec', 'orq-bench-monitor', 'pg_autoctl', 'show', 'state', '--pgdata', '/data/monitor');
  } catch {
    return '';
  }
}

async function untilBothStand() {
  const settled = (line) => /\b(primary|secondary) +\| +(primary|secondary)\b/.test(line);
  while (monitorState().split('\n').filter(settled).length < 2) await delay(500);
}

const names = Object.keys(ports);
buildImage();
try {
  startServers();
  await untilBothStand();
  const table = 'CREATE TABLE IF NOT EXISTS written (at timestamptz DEFAULT now())';
  const insert = 'INSERT INTO written DEFAULT VALUES';
  await firstToWrite(names, table);
  const times = [];
  for (let turn = 0; turn < runs; turn += 1) {
    const primary = await firstToWrite(names, insert);
    const started = performance.now();
    docker('kill', `orq-bench-${primary}`);
    await firstToWrite(
      names.filter((name) => name !== primary),
      insert,
    );
    times.push(performance.now() - started);
    docker('start', `orq-bench-${primary}`);
    await untilBothStand();
  }
  times.sort((a, b) => a - b);
  console.log(
    `pg_auto_failover, ${runs} failovers, primary killed → first write accepted: median ${Math.round(times[Math.floor(runs / 2)])} ms, maximum ${Math.round(times.at(-1))} ms; load ${loadavg()[0].toFixed(1)}`,
  );
} finally {
  for (const name of ['monitor', ...names])
    execFileSync('docker', ['rm', '-fv', `orq-bench-${name}`], { stdio: 'ignore' });
  execFileSync('docker', ['network', 'rm', 'orq-bench'], { stdio: 'ignore' });
}
