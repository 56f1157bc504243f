import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const portNames = ['POSTGRES', 'REDIS', 'ADMINER', 'API', 'UI', 'BACKEND', 'FRONTEND', 'DEBUG', 'PGADMIN'];

/**
 * A folder with the profiles, on ports of its own, under a project name of its own. `copied` says which parts of the
 * repository are copied, the rest are links.
 */
export async function openCheckout({ copied, environment = {}, below = tmpdir() }) {
  await mkdir(below, { recursive: true });
  const home = await mkdtemp(join(below, 'orq-bench-'));
  const directory = join(home, 'project');
  await mkdir(directory);
  for (const part of copied) await cp(join(root, part), join(directory, part), { recursive: true });
  for (const part of ['dist', 'node_modules'])
    if (!copied.includes(part)) await symlink(join(root, part), join(directory, part));
  const ports = {};
  for (const name of portNames) {
    ports[`ORCHESTRATOR_${name}_PORT`] = String(await freePort());
    ports[`VNM_${name}_PORT`] = String(await freePort());
  }
  const env = { PATH: process.env.PATH, HOME: home, ORQ_ENGINE: 'embedded', ...ports, ...environment };
  return {
    directory,
    env,
    orq: (...args) => runOrq(args, directory, env),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

async function runOrq(args, cwd, env) {
  const options = { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] };
  const child = spawn(process.execPath, [join(root, 'dist/main.js'), ...args], options);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`orq ${args.join(' ')} ended with ${code}\n${output}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
