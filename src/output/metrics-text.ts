import type { DatabaseMetrics } from '../model/database-metrics.ts';
import type { Paint } from './paint.ts';
import { sizeText } from './size-text.ts';
import { table } from './table.ts';

/** Metrics of databases, a line each; of a single one the slowest statements too. */
export function metricsText(
  metrics: readonly DatabaseMetrics[],
  { paint, width }: { readonly paint: Paint; readonly width: number },
): string {
  if (metrics.length === 0) return 'No database is running.';
  const rows = table(
    metrics,
    [
      {
        title: 'PROJECT',
        value: ({ projectId }) => projectId,
        paint: (cell) => paint.name(cell),
        minimum: 8,
      },
      {
        title: 'CONN',
        value: ({ connections: { total, active, max } }) => `${total}/${max} (${active} active)`,
      },
      { title: 'SIZE', value: ({ sizeBytes }) => sizeText(sizeBytes) },
      { title: 'HIT', value: ({ cacheHitRatio: ratio }) => (ratio === null ? '–' : percent(ratio * 100)) },
      { title: 'TX/S', value: ({ transactionsPerSecond }) => transactionsPerSecond.toFixed(1) },
      { title: 'COMMITS/S', value: ({ commitsPerSecond }) => commitsPerSecond.toFixed(1) },
      {
        title: 'LAG',
        value: ({ replicationLagSeconds: lag }) => (lag === null ? '' : `${lag.toFixed(1)} s`),
      },
      { title: 'CPU', value: (each) => (isMeasured(each) ? percent(each.cpuPercent) : '–') },
      { title: 'MEMORY', value: memoryText },
    ],
    width,
  );
  const [only] = metrics;
  return metrics.length === 1 && only !== undefined ? `${rows}${statementsText(only, paint, width)}` : rows;
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}

/** No server runs without memory: where it has none, the engine could not tell. */
function isMeasured({ memoryBytes }: DatabaseMetrics): boolean {
  return memoryBytes > 0;
}

function memoryText(metrics: DatabaseMetrics): string {
  if (!isMeasured(metrics)) return '–';
  const { memoryBytes, memoryLimitBytes } = metrics;
  const limit = memoryLimitBytes > 0 ? ` of ${sizeText(memoryLimitBytes)}` : '';
  return `${sizeText(memoryBytes)}${limit}`;
}

function statementsText({ slowest }: DatabaseMetrics, paint: Paint, width: number): string {
  if (slowest.length === 0) return '';
  const rows = table(
    slowest,
    [
      { title: 'MEAN', value: ({ milliseconds }) => `${milliseconds.toFixed(1)} ms` },
      { title: 'CALLS', value: ({ calls }) => (calls === 0 ? 'running' : String(calls)) },
      { title: 'SLOWEST STATEMENTS', value: ({ statement }) => statement, minimum: 30 },
    ],
    width,
  );
  return `\n\n${paint.dim(rows)}`;
}
