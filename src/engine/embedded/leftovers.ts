import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processStartToken } from '../../host/process-identity.ts';
import { signalProcess } from './identity.ts';
import type { Launch } from './store/record.ts';

/** Variable that marks every process of a container, inherited by what it starts. */
export const containerVariable = 'ORQ_CONTAINER';

const waitMs = 2000;
const lookMs = 20;

/**
 * Kills what a service has left behind: processes with its mark, and servers that work in its data folder (PostgreSQL's
 * own children have sessions and environments of their own). Only where /proc tells; elsewhere the servers' own locks
 * keep a second one out.
 */
export async function endLeftovers({ id, postgres }: Pick<Launch, 'id' | 'postgres'>): Promise<void> {
  if (process.platform !== 'linux') return;
  const folder =
    postgres === undefined ? undefined : await realpath(postgres.dataFolder).catch(() => undefined);
  const find = (): Promise<readonly number[]> => processesOf({ id, folder });
  for (const deadline = performance.now() + waitMs; performance.now() < deadline; await delay(lookMs)) {
    const pids = await find();
    if (pids.length === 0) return;
    pids.forEach((pid) => signalProcess(pid, 'SIGKILL'));
  }
}

/**
 * Removes PostgreSQL's lock file when the server that it names is gone, all of whose processes were ended before. The
 * server itself asks only whether its number is in use, which a zombie or a stranger answers for it.
 */
export async function removeStaleLock({ postgres }: Pick<Launch, 'postgres'>): Promise<void> {
  if (postgres === undefined || process.platform !== 'linux') return;
  const path = join(postgres.dataFolder, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10);
  if (Number.isNaN(pid) || ((await processStartToken(pid)) !== undefined && !(await isStranger(pid)))) return;
  await rm(path, { force: true });
}

async function isStranger(pid: number): Promise<boolean> {
  const program = await link(String(pid), 'exe');
  return program !== '' && !/\/postgres( \(deleted\))?$/.test(program);
}

/** Processes that belong to a container, by mark or working folder. */
async function processesOf(mark: {
  readonly id: string;
  readonly folder: string | undefined;
}): Promise<readonly number[]> {
  const entries = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const owned = await Promise.all(entries.map((pid) => belongs(pid, mark)));
  return entries.filter((_, index) => owned[index]).map(Number);
}

async function belongs(
  pid: string,
  { id, folder }: { readonly id: string; readonly folder: string | undefined },
): Promise<boolean> {
  if (Number(pid) === process.pid) return false;
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  if (environment.includes(`${containerVariable}=${id}\0`)) return true;
  if (folder === undefined) return false;
  const [cwd, program] = await Promise.all([link(pid, 'cwd'), link(pid, 'exe')]);
  return (cwd === folder || cwd === `${folder}.init`) && /\/postgres( \(deleted\))?$/.test(program);
}

function link(pid: string, name: 'cwd' | 'exe'): Promise<string> {
  return readlink(`/proc/${pid}/${name}`).catch(() => '');
}
