import { readFile, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { defined } from '../../model/defined.ts';
import type { DiskFacts, MachineFacts } from '../facts.ts';

/** Memory and disk of this machine. */
export async function checkMachine(projectDirectory: string): Promise<MachineFacts> {
  const [availableMemoryBytes, disk] = await Promise.all([availableMemory(), diskOf(projectDirectory)]);
  return { availableMemoryBytes, totalMemoryBytes: totalmem(), ...defined({ disk }) };
}

/** Linux counts what caches would give back; elsewhere free memory is all there is to know. */
async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
}

/** Space on the disk of a folder; undefined when it cannot be told. */
export async function diskOf(path: string): Promise<DiskFacts | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    return { path, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return undefined;
  }
}
