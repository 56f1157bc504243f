import { Writable } from 'node:stream';
import type { ContainerStats } from '../../model/observed.ts';
import type { Client } from './client.ts';
import { runExec } from './exec.ts';

/** Two readings of the container's own control group (version 2), half a second apart. */
const script = `cd /sys/fs/cgroup || exit 0
look() { grep usage_usec cpu.stat; }
look; sleep 0.5; look
echo "memory $(cat memory.current 2>/dev/null)"; echo "limit $(cat memory.max 2>/dev/null)"; echo "pids $(cat pids.current 2>/dev/null)"`;

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
  const command = ['/bin/sh', '-c', script];
  await runExec(client, name, { command, stdout, ...(signal === undefined ? {} : { signal }) });
  const text = Buffer.concat(chunks).toString('utf8');
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
  const [first = 0, last = 0] = [...text.matchAll(/^usage_usec (\d+)$/gm)].map(([, usage]) => Number(usage));
  return {
    cpuPercent: Math.max(0, ((last - first) / intervalUs) * 100),
    memoryBytes: number(/^memory (\d+)$/m),
    memoryLimitBytes: number(/^limit (\d+)$/m),
    pids: number(/^pids (\d+)$/m),
  };
}
