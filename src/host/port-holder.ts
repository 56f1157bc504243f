import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface PortHolder {
  readonly pid: number;
  /** Command name, e.g. `postgres`. */
  readonly name: string;
}

/** Process that listens on a port of this machine; undefined when it cannot be told (another user's, say). */
export async function portHolder(
  port: number,
  protocol: 'tcp' | 'udp' | 'sctp',
): Promise<PortHolder | undefined> {
  if (process.platform !== 'linux') return lsofHolder(port, protocol);
  const inodes = await listeningInodes(port, protocol);
  return inodes.size === 0 ? undefined : processWithSocket(inodes);
}

/** Sockets bound to the port, from /proc/net (see proc(5)): state 0A is LISTEN, 07 an unconnected UDP socket. */
async function listeningInodes(port: number, protocol: 'tcp' | 'udp' | 'sctp'): Promise<ReadonlySet<string>> {
  const state = protocol === 'udp' ? '07' : '0A';
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const tables = await Promise.all(
    [protocol, `${protocol}6`].map((table) => readFile(`/proc/net/${table}`, 'utf8').catch(() => '')),
  );
  const rows = tables.flatMap((table) =>
    table
      .split('\n')
      .slice(1)
      .map((row) => row.trim().split(/\s+/)),
  );
  const bound = rows.filter((row) => row[1]?.endsWith(suffix) === true && row[3] === state);
  return new Set(bound.flatMap((row) => (row[9] === undefined ? [] : [`socket:[${row[9]}]`])));
}

async function processWithSocket(sockets: ReadonlySet<string>): Promise<PortHolder | undefined> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  for (const pid of pids) {
    if (await holdsSocket(pid, sockets)) {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '?');
      return { pid: Number(pid), name: name.trim() };
    }
  }
  return undefined;
}

async function holdsSocket(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return links.some((target) => sockets.has(target));
}

async function lsofHolder(port: number, protocol: string): Promise<PortHolder | undefined> {
  const state = protocol === 'tcp' ? ['-sTCP:LISTEN'] : [];
  try {
    const { stdout } = await promisify(execFile)('lsof', ['-nP', '-Fpc', `-i${protocol}:${port}`, ...state]);
    const pid = /^p(\d+)$/m.exec(stdout)?.[1];
    const name = /^c(.+)$/m.exec(stdout)?.[1];
    return pid === undefined ? undefined : { pid: Number(pid), name: name ?? '?' };
  } catch {
    return undefined;
  }
}
