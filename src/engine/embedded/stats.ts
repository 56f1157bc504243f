import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ContainerStats } from '../../model/observed.ts';
import type { Connection } from './connection.ts';
import { findKnown } from './observe-container.ts';

const samplingMs = 200;
/** Clock ticks a second and bytes of a page, the same on every Linux that Node runs on. */
const ticksPerSecond = 100;
const pageBytes = 4096;

interface Sample {
  readonly pid: number;
  readonly parent: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/** Processor and memory of a service and all processes below it, from two samples. */
export async function readStats(
  connection: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<ContainerStats> {
  signal?.throwIfAborted();
  const { status, serviceLives } = await findKnown(connection, id);
  const root = serviceLives ? status.process?.pid : undefined;
  if (root === undefined) return { cpuPercent: 0, memoryBytes: 0, memoryLimitBytes: totalmem(), pids: 0 };
  const [before, startedAt] = [family(await samples(), root), performance.now()];
  await delay(samplingMs, undefined, signal === undefined ? {} : { signal });
  const after = family(await samples(), root);
  const seconds = (performance.now() - startedAt) / 1000;
  const used = sum(after, 'cpuSeconds') - sum(before, 'cpuSeconds');
  return {
    cpuPercent: Math.max(0, (used / seconds) * 100),
    memoryBytes: sum(after, 'memoryBytes'),
    memoryLimitBytes: totalmem(),
    pids: after.length,
  };
}

function sum(items: readonly Sample[], field: 'cpuSeconds' | 'memoryBytes'): number {
  return items.reduce((total, item) => total + item[field], 0);
}

/** A process and its descendants. */
function family(all: readonly Sample[], root: number): readonly Sample[] {
  const own = new Set([root]);
  for (let size = 0; size !== own.size;) {
    size = own.size;
    all.filter(({ parent }) => own.has(parent)).forEach(({ pid }) => own.add(pid));
  }
  return all.filter(({ pid }) => own.has(pid));
}

function samples(): Promise<readonly Sample[]> {
  return process.platform === 'linux' ? procSamples() : psSamples();
}

async function procSamples(): Promise<readonly Sample[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(pids.map(procSample));
  return found.filter((sample) => sample !== undefined);
}

/** See proc_pid_stat(5); pages that processes share are counted once for each, without the shared ones of the server. */
async function procSample(pid: string): Promise<Sample | undefined> {
  try {
    const [text, memory] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/statm`, 'utf8'),
    ]);
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, resident = 0, shared = 0] = memory.split(' ').map(Number);
    const ticks = (fields[11] ?? 0) + (fields[12] ?? 0);
    const bytes = Math.max(0, resident - shared) * pageBytes;
    return {
      pid: Number(pid),
      parent: fields[1] ?? 0,
      cpuSeconds: ticks / ticksPerSecond,
      memoryBytes: bytes,
    };
  } catch {
    return undefined;
  }
}

async function psSamples(): Promise<readonly Sample[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,rss=,time=']);
  return stdout.split('\n').flatMap((row) => {
    const [pid, parent, rss, time] = row.trim().split(/\s+/);
    if (pid === undefined || time === undefined) return [];
    const cpuSeconds = time.split(':').reduce((total, part) => total * 60 + Number(part), 0);
    return [{ pid: Number(pid), parent: Number(parent), cpuSeconds, memoryBytes: Number(rss) * 1024 }];
  });
}
