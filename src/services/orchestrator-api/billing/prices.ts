/**
 * What running costs. A container pays for its limits, not for its use, by the millisecond that it runs.
 * Amounts are micro-dollars in whole numbers; docs/platform.md has the table.
 */
export const prices = {
  /** For one core for an hour: 0.04 dollars. */
  cpuHourMicros: 40_000n,
  /** For one GiB of memory for an hour: 0.005 dollars. */
  memoryGibHourMicros: 5_000n,
} as const;

/** One container running under the same limits for a while. */
export interface Usage {
  readonly milliseconds: bigint;
  readonly cpuMillis: bigint;
  readonly memoryMib: bigint;
}

const hourMs = 3_600_000n;
const millisPerCore = 1000n;
const mibPerGib = 1024n;
const denominator = hourMs * millisPerCore * mibPerGib;

/** Micro-dollars of all usage together: added up as fractions and rounded once, half to even. */
export function charge(usage: readonly Usage[]): bigint {
  const numerator = usage.reduce((sum, part) => sum + part.milliseconds * rate(part), 0n);
  const [whole, rest] = [numerator / denominator, numerator % denominator];
  const twice = rest * 2n;
  const up = twice > denominator || (twice === denominator && whole % 2n === 1n);
  return up ? whole + 1n : whole;
}

/** For a millisecond, in parts of the denominator. */
function rate({ cpuMillis, memoryMib }: Usage): bigint {
  return (
    cpuMillis * prices.cpuHourMicros * mibPerGib + memoryMib * prices.memoryGibHourMicros * millisPerCore
  );
}

/** `1234567` → `1.234567`. */
export function dollars(micros: bigint): string {
  const sign = micros < 0n ? '-' : '';
  const digits = (micros < 0n ? -micros : micros).toString().padStart(7, '0');
  return `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
