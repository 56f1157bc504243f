import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

export const isRoot = process.getuid?.() === 0;

/** Full path of a program, undefined when it is not installed. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Programs that a private daemon with its images needs, with the Debian packages that have them. */
const packages = { dockerd: 'docker.io', iptables: 'iptables', debootstrap: 'debootstrap' };
/** The program that tests play a user's part with; before Debian 13 it came with docker.io. */
const clientPackages = { docker: 'docker-cli' };

/** Installs what is missing, where that is possible without asking; returns why not. */
export function installMissing(say) {
  return install(packages, say) ?? install(clientPackages, say);
}

function install(packages, say) {
  const missing = Object.keys(packages).filter((program) => findProgram(program) === undefined);
  if (missing.length === 0) return undefined;
  if (!existsSync('/etc/debian_version')) return `not installed: ${missing.join(', ')}`;
  // Only what is missing: docker.io would drive out a Docker from elsewhere.
  const names = missing.map((program) => packages[program]);
  say(`apt-get install ${names.join(' ')}`);
  return aptGet(['update']) ?? aptGet(['install', '-y', '--no-install-recommends', ...names]);
}

function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
  return status === 0 ? undefined : `apt-get ${args[0]} failed: ${stderr?.trim().split('\n').at(-1)}`;
}

/** Pids of the Docker daemons that share this network, whose bridges and rules a further one would spoil. */
export function otherDaemons(ownPid) {
  const network = readlinkSync('/proc/self/ns/net');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== ownPid)
    .filter((pid) => isDaemon(pid, network) && parentOf(pid) !== ownPid)
    .map(Number);
}

/** A daemon runs parts of its work in processes of its own name. */
function parentOf(pid) {
  try {
    return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function isDaemon(pid, network) {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    return name === 'dockerd' && readlinkSync(`/proc/${pid}/ns/net`) === network;
  } catch {
    return false;
  }
}

/** True when something listens on a Unix socket. */
export function answers(socket) {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
}
