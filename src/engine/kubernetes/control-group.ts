import { Writable } from 'node:stream';
import type { ContainerStats } from '../../model/observed.ts';
import type { Client } from './client.ts';
import { runExec } from './exec.ts';

/**
 * Two readings of a container's own control group, half a second apart, by a shell; nodes of before Kubernetes 1.35 may
 * have version 1.
 */
export function readingScript(folder: string): string {
  return `cd ${folder} || exit 0
if [ -r cpu.stat ]; then look() { grep usage_usec cpu.stat; }
else look() { echo "usage_usec $(($(cat cpuacct/cpuacct.usage) / 1000))"; }; fi
one() { cat "$1" 2>/dev/null || cat "$2" 2>/dev/null; }
look; sleep 0.5; look
echo "memory $(one memory.current memory/memory.usage_in_bytes)"
echo "limit $(one memory.max memory/memory.limit_in_bytes)"
echo "pids $(one pids.current pids/pids.current)"`;
}

const intervalUs = 500_000;

/** What a container sees of its own use; 0 for what it does not see. */
export async function controlGroupStats(
  client: Client,
  name: string,
  signal?: AbortSignal,
): Promise<ContainerStats> {
  const chunks: Buffer[] = [];
  const stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  const command = ['/bin/sh', '-c', readingScript('/sys/fs/cgroup')];
  await runExec(client, name, { command, stdout, ...(signal === undefined ? {} : { signal }) });
  return statsOf(Buffer.concat(chunks).toString('utf8'));
}

/** What {@link readingScript} has printed; 0 for what it did not see. */
export function statsOf(text: string): ContainerStats {
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
  const limit = number(/^limit (\d+)$/m);
  const [first = 0, last = 0] = [...text.matchAll(/^usage_usec (\d+)$/gm)].map(([, usage]) => Number(usage));
  return {
    cpuPercent: Math.max(0, ((last - first) / intervalUs) * 100),
    memoryBytes: number(/^memory (\d+)$/m),
    // Version 1 writes no limit as the largest number of pages there is.
    memoryLimitBytes: limit > Number.MAX_SAFE_INTEGER ? 0 : limit,
    pids: number(/^pids (\d+)$/m),
  };
}
