import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { answers, findProgram } from './find-dockerd.mjs';

const home = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'orq-test', 'engine');
// Short, because the path of a socket may have only 107 characters.
const run = '/run/orq-test';
const users = join(run, 'users');
const pidFile = join(run, 'docker.pid');

/** Socket of the private daemon, which all test runs of this machine share. */
export const socket = join(run, 'docker.sock');

/** Pid of the private daemon when it runs. */
export function privatePid() {
  if (!existsSync(pidFile)) return undefined;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  return isAlive(pid) ? pid : undefined;
}

/** Starts the private daemon, or joins the one that another test run started; returns how to leave it. */
export async function joinPrivateDaemon() {
  mkdirSync(users, { recursive: true });
  writeFileSync(join(users, String(process.pid)), '');
  const before = Date.now();
  const starts = privatePid() === undefined;
  if (starts) start();
  await untilItAnswers();
  if (starts) await sweep(before);
  return leave;
}

function start() {
  rmSync(pidFile, { force: true });
  mkdirSync(home, { recursive: true });
  const log = openSync(join(home, 'dockerd.log'), 'w');
  const args = [
    ['--data-root', join(home, 'data')],
    ['--exec-root', join(run, 'exec')],
    ['--pidfile', pidFile],
    ['--host', `unix://${socket}`],
  ].flat();
  const daemon = spawn(findProgram('dockerd') ?? 'dockerd', args, {
    detached: true,
    stdio: ['ignore', log, log],
  });
  daemon.unref();
}

async function untilItAnswers() {
  for (const end = Date.now() + 30_000; Date.now() < end; await delay(100)) {
    if (await answers(socket)) return;
  }
  const log = readFileSync(join(home, 'dockerd.log'), 'utf8').trim().split('\n').slice(-5).join('\n');
  throw new Error(`the private dockerd did not come up:\n${log}`);
}

/**
 * Removes what a run that was killed has left behind, as far as it lets itself be: it would hold names and ports. What
 * is younger than the daemon belongs to a run that joined in the meantime.
 */
async function sweep(before) {
  const docker = new Docker({ socketPath: socket });
  const isOld = (created) => Date.parse(created) < before;
  const containers = await docker.listContainers({ all: true });
  const left = containers.filter(({ Created }) => Created * 1000 < before);
  await Promise.allSettled(left.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  const networks = (await docker.listNetworks({ filters: { type: ['custom'] } })).filter((network) =>
    isOld(network.Created),
  );
  await Promise.allSettled(networks.map(({ Id }) => docker.getNetwork(Id).remove()));
  const volumes = ((await docker.listVolumes()).Volumes ?? []).filter((volume) => isOld(volume.CreatedAt));
  await Promise.allSettled(volumes.map(({ Name }) => docker.getVolume(Name).remove()));
}

/** The last test run to leave stops the daemon; its images stay on disk for the next one. */
async function leave() {
  rmSync(join(users, String(process.pid)), { force: true });
  const others = readdirSync(users).filter((pid) => isAlive(Number(pid)));
  const pid = privatePid();
  if (others.length > 0 || pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  for (const end = Date.now() + 20_000; isAlive(pid) && Date.now() < end;) await delay(50);
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
