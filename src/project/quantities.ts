const durationUnits: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1 / 1000,
  µs: 1 / 1000,
  ns: 1 / 1_000_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of a Compose duration such as `1h2m3.5s`; undefined when it is none. */
export function parseDuration(written: string): number | undefined {
  if (written === '0') return 0;
  if (!/^(\d+(\.\d*)?(h|ms|us|µs|ns|m|s|d|w))+$/.test(written)) return undefined;
  let total = 0;
  for (const [, amount, unit] of written.matchAll(/(\d+(?:\.\d*)?)(ms|us|µs|ns|h|m|s|d|w)/g)) {
    total += Number(amount) * (durationUnits[unit ?? ''] ?? 0);
  }
  return total;
}

const sizeExponents = 'bkmgtp';

/** Bytes of a Compose size such as `512m`, `1.5gb` or `1024`; undefined when it is none. */
export function parseSize(written: string): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?) ?([bkmgtp])?(i?b)?$/i.exec(written.trim());
  if (match === null) return undefined;
  const exponent = sizeExponents.indexOf(match[2]?.toLowerCase() ?? 'b');
  return Math.trunc(Number(match[1]) * 1024 ** exponent);
}

/** A Compose duration for milliseconds. */
export function formatDuration(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}
