/** Figures over a stretch of time; latencies in milliseconds. */
export interface Figures {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Refused by the rules of the library, since the start. */
  readonly refused: number;
  /** Failed or not answered, since the start. */
  readonly failed: number;
}

/** One second of a load. */
export interface Moment extends Figures {
  readonly second: number;
}

export interface LoadSummary extends Figures {
  readonly seconds: number;
  /** Error name → how often, since the start. */
  readonly errors: Readonly<Record<string, number>>;
  readonly moments: readonly Moment[];
}

interface Measured {
  readonly latencies: readonly number[];
  readonly seconds: number;
  readonly refused: number;
  readonly failed: number;
  readonly errors: ReadonlyMap<string, number>;
}

export function summarise({
  latencies,
  seconds,
  refused,
  failed,
  errors,
}: Measured): Figures & Pick<LoadSummary, 'errors'> {
  const sorted = Float64Array.from(latencies).sort();
  const percentile = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return {
    requests: latencies.length,
    perSecond: round(latencies.length / seconds),
    p50: percentile(0.5),
    p95: percentile(0.95),
    p99: percentile(0.99),
    refused,
    failed,
    errors: Object.fromEntries(errors),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
