import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

/** A control group of the kernel that holds the processes of one service under a memory limit. */
export interface MemoryLimit {
  /** Runs `start`, whose child is under the limit from its first instruction. */
  start<Child>(start: () => Child): Child;
  /** True when the kernel killed something in it for lack of memory. */
  wasExceeded(): boolean;
  /** Removes the group once its processes are gone. */
  remove(): void;
}

interface Hierarchy {
  /** Folder under which groups are made. */
  readonly base: string;
  readonly limit: string;
  readonly swap: { readonly file: string; readonly value: (bytes: number) => string };
  readonly events: string;
  /** Folder of the group that this process is in. */
  readonly own: string;
}

/**
 * Makes a control group with a memory limit in bytes: version 2, or the memory controller of version 1
 * (https://docs.kernel.org/admin-guide/cgroup-v2.html, cgroup-v1/memory.html). Undefined where this user may not, which
 * is everybody but root on most machines.
 */
export function memoryLimit(id: string, bytes: number): MemoryLimit | undefined {
  try {
    const hierarchy = findHierarchy();
    const folder = join(hierarchy.base, `orq-${id.slice(0, 12)}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, hierarchy.limit), String(bytes));
    try {
      writeFileSync(join(folder, hierarchy.swap.file), hierarchy.swap.value(bytes));
    } catch {
      // A kernel without swap accounting has no such file.
    }
    const move = (group: string): void => writeFileSync(join(group, 'cgroup.procs'), String(process.pid));
    const before = killsOf(folder, hierarchy);
    return {
      start: (start) => {
        move(folder);
        try {
          return start();
        } finally {
          move(hierarchy.own);
        }
      },
      wasExceeded: () => killsOf(folder, hierarchy) > before,
      remove: () => removeGroup(folder),
    };
  } catch {
    return undefined;
  }
}

function findHierarchy(): Hierarchy {
  const groups = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  const path = (pattern: RegExp): string | undefined =>
    groups.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  const first = path(/^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/);
  if (first !== undefined) {
    const base = join(root, 'memory');
    return {
      base,
      limit: 'memory.limit_in_bytes',
      swap: { file: 'memory.memsw.limit_in_bytes', value: String },
      events: 'memory.oom_control',
      own: join(base, first),
    };
  }
  return {
    base: root,
    limit: 'memory.max',
    swap: { file: 'memory.swap.max', value: () => '0' },
    events: 'memory.events',
    own: join(root, path(/^0::(.*)$/) ?? ''),
  };
}

function killsOf(folder: string, { events }: Hierarchy): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(folder, events), 'utf8'))?.[1] ?? '0');
  } catch {
    return 0;
  }
}

function removeGroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something still runs in it; the next start uses the group again.
  }
}
