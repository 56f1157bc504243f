#!/usr/bin/env node
// `node bench/library.mjs [failovers]`: what the library costs beside a bare REQ/REP echo and pgbench's single-row
// commits, on the embedded engine, turn by turn in one run; and how long writes are refused when the primary is killed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Reply, Request } from 'zeromq';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const seconds = 5;
const failovers = Number(process.argv[2] ?? 20);
const book = '978-0134685991';
const ports = { LIBRARY_PRIMARY_PORT: '35442', LIBRARY_REPLICA_PORT: '35443', LIBRARY_STORAGE_PORT: '35570' };
Object.assign(ports, { LIBRARY_PORT: '35555', LIBRARY_PUB_PORT: '35556', LIBRARY_LOAD_PORT: '38089' });
const address = `tcp://127.0.0.1:${ports.LIBRARY_PORT}`;

const place = mkdtempSync(join(tmpdir(), 'orq-bench-'));
execFileSync('chmod', ['755', place]);
for (const part of ['compose', 'database', 'orq.toml'])
  cpSync(join(root, part), join(place, part), { recursive: true });
symlinkSync(join(root, 'dist'), join(place, 'dist'));
const environment = { ...process.env, ...ports, ORQ_ENGINE: 'embedded', HOME: place };

function orq(...words) {
  const run = spawnSync(process.execPath, [join(root, 'dist/main.js'), ...words], {
    cwd: place,
    env: environment,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`orq ${words.join(' ')}: ${run.stderr}`);
  return run.stdout;
}

const sql = (server, query) =>
  orq('exec', server, 'psql', '-U', 'app', '-d', 'library', '-tAc', query).trim();

/** Requests a second and latencies of so many clients, each waiting for its answer. */
async function measure(clients, to, request) {
  const latencies = [];
  const until = performance.now() + seconds * 1000;
  const client = async (number) => {
    const socket = new Request({ linger: 0, receiveTimeout: 10_000 });
    socket.connect(to);
    while (performance.now() < until) {
      const from = performance.now();
      await socket.send(JSON.stringify(request(number)));
      const [frame] = await socket.receive();
      if (String(frame).includes('"ok":false')) throw new Error(String(frame));
      latencies.push(performance.now() - from);
    }
    socket.close();
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor(latencies.length * share)].toFixed(2);
  return { rate: latencies.length / seconds, p50: at(0.5), p99: at(0.99) };
}

async function echo(clients) {
  const server = new Reply();
  await server.bind('tcp://127.0.0.1:35999');
  const serve = async () => {
    for await (const frames of server) await server.send(frames);
  };
  void serve().catch(() => undefined);
  const result = await measure(clients, 'tcp://127.0.0.1:35999', () => ({
    operacion: 'consulta',
    isbn: book,
  }));
  server.close();
  return result;
}

/** One row, one commit, under the same replication. */
function pgbench(clients) {
  const script = join(place, 'insert.sql');
  writeFileSync(script, "INSERT INTO bench_rows (text) VALUES ('prestamo');\n");
  const bin = readdirSync('/usr/lib/postgresql')
    .map((major) => `/usr/lib/postgresql/${major}/bin/pgbench`)
    .at(-1);
  const words = ['-n', '-h', '127.0.0.1', '-p', ports.LIBRARY_PRIMARY_PORT, '-U', 'app', '-f', script];
  const output = execFileSync(bin, [...words, '-c', String(clients), '-T', String(seconds), 'library'], {
    env: { ...environment, PGPASSWORD: 'app' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return {
    rate: Number(/tps = ([\d.]+)/.exec(output)[1]),
    p50: /latency average = ([\d.]+)/.exec(output)[1],
    p99: '',
  };
}

function row(name, { rate, p50, p99 }, peer) {
  const ratio = peer === undefined ? '' : `${(rate / peer.rate).toFixed(2)} of it (goal ≥ 0.5)`;
  console.log(
    [
      name.padEnd(26),
      `${Math.round(rate)}/s`.padStart(9),
      `p50 ${p50} ms`,
      p99 && `p99 ${p99} ms`,
      ratio,
    ].join('  '),
  );
}

/** Kills a server together with the supervisor that would start it again. */
function killForGood(service) {
  const containers = join(place, '.orq/embedded/containers');
  for (const id of readdirSync(containers)) {
    const read = (file) => JSON.parse(readFileSync(join(containers, id, file), 'utf8'));
    if (read('record.json').spec.service !== service) continue;
    const { supervisor, process: server } = read('status.json');
    process.kill(supervisor.pid, 'SIGKILL');
    process.kill(server.pid, 'SIGKILL');
  }
}

async function timeFailovers() {
  const times = [];
  for (let run = 0; run < failovers; run += 1) {
    const primary =
      sql('postgres_primary', 'SELECT pg_is_in_recovery()') === 'f' ? 'postgres_primary' : 'postgres_replica';
    const socket = new Request({ relaxed: true, correlate: true, linger: 0, receiveTimeout: 8000 });
    socket.connect(address);
    killForGood(primary);
    const from = performance.now();
    const written = (async () => {
      for (;;) {
        await socket.send(
          JSON.stringify({ operacion: 'prestamo', isbn: book, usuario: 'reloj', id: `reloj-${run}` }),
        );
        const [frame] = await socket.receive().catch(() => ['']);
        if (String(frame).includes('"ok":true')) return performance.now() - from;
      }
    })();
    const child = spawn(process.execPath, [join(root, 'dist/main.js'), 'failover'], {
      cwd: place,
      env: environment,
    });
    await once(child, 'close');
    times.push(await written);
    socket.close();
    orq('rejoin');
  }
  times.sort((a, b) => a - b);
  const lost =
    failovers - Number(sql('postgres_primary', "SELECT count(*) FROM prestamos WHERE usuario = 'reloj'"));
  console.log(
    `${failovers} failovers, primary killed → first write accepted: median ${Math.round(times[Math.floor(times.length / 2)])} ms, maximum ${Math.round(times.at(-1))} ms, ${lost} answered writes lost`,
  );
}

try {
  orq('up', 'library');
  sql('postgres_primary', 'CREATE TABLE bench_rows (id bigserial PRIMARY KEY, text text)');
  sql('postgres_primary', 'UPDATE libros SET ejemplares = 10000000');
  for (const clients of [1, 32]) {
    console.log(`${clients} client${clients === 1 ? '' : 's'}, load ${loadavg()[0].toFixed(1)}`);
    const [bare, rows] = [await echo(clients), pgbench(clients)];
    row('bare REQ/REP echo', bare);
    row('consulta', await measure(clients, address, () => ({ operacion: 'consulta', isbn: book })), bare);
    row('pgbench, one-row commits', rows);
    const loan = (number) => ({ operacion: 'prestamo', isbn: book, usuario: `banco_${number}` });
    row('prestamo, durable', await measure(clients, address, loan), rows);
  }
  if (failovers > 0) await timeFailovers();
} finally {
  spawnSync(process.execPath, [join(root, 'dist/main.js'), 'down', 'library', '--volumes', '--no-backup'], {
    cwd: place,
    env: environment,
  });
  rmSync(place, { recursive: true, force: true });
}
