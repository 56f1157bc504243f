import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * What tells a process from a later one with the same number: the boot it belongs to and when it started. Undefined
 * when there is no such process. Linux reads /proc (see proc_pid_stat(5), field 22), other systems ask `ps`.
 */
export async function processStartToken(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? linuxToken(pid) : psToken(pid);
}

async function linuxToken(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    return state === 'Z' || startTicks === undefined ? undefined : `${boot.trim()}:${startTicks}`;
  } catch {
    return undefined;
  }
}

async function psToken(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() === '' ? undefined : stdout.trim();
  } catch {
    return undefined;
  }
}

/** True while the very process that had this token runs. */
export async function isAlive(pid: number, token: string): Promise<boolean> {
  return (await processStartToken(pid)) === token;
}
