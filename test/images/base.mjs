import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'orq-test', 'base');

/** Imports a minimal Debian as orq-test/base:SUITE, made by debootstrap and kept in the cache folder. */
export async function importBase({ docker, suite, say }) {
  if (await exists(() => docker.getImage(`orq-test/base:${suite}`).inspect())) return;
  const archive = join(cache, `${suite}.tar.gz`);
  if (!(await exists(() => stat(archive)))) await makeArchive(archive, suite, say);
  say(`importing orq-test/base:${suite}`);
  const stream = await docker.importImage(createReadStream(archive), { repo: 'orq-test/base', tag: suite });
  await new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

async function makeArchive(archive, suite, say) {
  if (process.getuid?.() !== 0) throw new Error('a Debian base can only be made by root (debootstrap)');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), 'orq-debootstrap-'));
  const partial = `${archive}.${process.pid}`;
  try {
    say(`debootstrap ${suite} (about half a minute, once)`);
    await run('debootstrap', ['--variant=minbase', suite, folder]);
    await run('tar', ['--use-compress-program=gzip -1', '-C', folder, '-cf', partial, '.']);
    await rename(partial, archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(partial, { force: true });
  }
}

/** Runs a program; its output is shown only when it fails. */
function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => (output = (output + chunk).slice(-4000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code}\n${output}`));
    });
  });
}

function exists(look) {
  return look().then(
    () => true,
    () => false,
  );
}
