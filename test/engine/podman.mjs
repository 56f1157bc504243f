// See the script `podman` beside this file.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import { answers, findProgram } from './find-dockerd.mjs';

const run = promisify(execFile);
const [program = 'sh', ...args] = process.argv.slice(2);
const image = process.env.ORQ_IMAGE_POSTGRES ?? '';

// Where limits may not be raised, and where there is no systemd, containers need both.
const settings = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
`;

async function main() {
  if (findProgram('podman') === undefined)
    throw new Error('podman is not installed: apt-get install -y --no-install-recommends podman catatonit');
  const folder = await mkdtemp(join(tmpdir(), 'orq-podman-'));
  await writeFile(join(folder, 'containers.conf'), settings);
  const env = { ...process.env, CONTAINERS_CONF: join(folder, 'containers.conf') };
  const socket = join(folder, 'podman.sock');
  const own = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run')];
  const service = spawn('podman', [...own, 'system', 'service', '--time=0', `unix://${socket}`], {
    env,
    stdio: 'ignore',
  });
  try {
    for (const end = Date.now() + 20_000; !(await answers(socket)) && Date.now() < end;) await delay(100);
    await loadImage(socket);
    const more = { CONTAINER_HOST: `unix://${socket}`, ORQ_TEST_PODMAN_IMAGE: `localhost/${image}` };
    const [code] = await once(spawn(program, args, { env: { ...env, ...more }, stdio: 'inherit' }), 'close');
    process.exitCode = code ?? 1;
  } finally {
    await run('podman', [...own, 'rm', '--all', '--force', '--time=1'], { env }).catch(() => undefined);
    service.kill();
    await run('umount', [join(folder, 'root', 'overlay')]).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

/** From the engine that built it. */
async function loadImage(socket) {
  console.error(`podman: loading ${image}`);
  const stream = await new Dockerode().getImage(image).get();
  const podman = new Dockerode({ socketPath: socket });
  const loaded = await podman.loadImage(stream);
  loaded.resume();
  await once(loaded, 'end');
}

await main();
