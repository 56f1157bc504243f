import type { ImageRow } from '../resources/image-rows.ts';

/** Limits of an image record in whole numbers. */
export interface Limits {
  readonly cpuMillis: number;
  readonly memoryMib: number;
}

const usual: Limits = { cpuMillis: 500, memoryMib: 512 };

/** Reads `0.5` and `512m`; a record without limits gets the usual ones, as nothing runs without. */
export function limitsOf({ cpu_limit, memory_limit }: Pick<ImageRow, 'cpu_limit' | 'memory_limit'>): Limits {
  const cpuMillis = Math.round(Number(cpu_limit ?? '') * 1000);
  const [, amount, unit] = /^(\d+)([mg])$/.exec(memory_limit ?? '') ?? [];
  const memoryMib = Number(amount ?? 0) * (unit === 'g' ? 1024 : 1);
  return {
    cpuMillis: cpuMillis > 0 ? cpuMillis : usual.cpuMillis,
    memoryMib: memoryMib > 0 ? memoryMib : usual.memoryMib,
  };
}
