import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Version of docker compose, or undefined where it is not installed. */
export function composeVersion() {
  const { status, stdout } = spawnSync('docker', ['compose', 'version', '--short'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** A command in a folder; a failure shows its output. Resolves with its milliseconds. */
export async function timed([command, ...args], { directory, environment }) {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}\n${output}`);
  return performance.now() - started;
}

export const orq = (...args) => [process.execPath, program, ...args];
export const compose = (...args) => ['docker', 'compose', ...args];
export const node = (...args) => [process.execPath, ...args];
