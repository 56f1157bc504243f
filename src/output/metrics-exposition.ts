import type { DatabaseMetrics } from '../model/database-metrics.ts';

interface Measure {
  readonly name: string;
  readonly help: string;
  readonly value: (metrics: DatabaseMetrics) => number | null;
  readonly isCounter?: boolean;
}

const measures: readonly Measure[] = [
  { name: 'connections', help: 'Client sessions', value: ({ connections }) => connections.total },
  {
    name: 'connections_active',
    help: 'Sessions that run a statement',
    value: ({ connections }) => connections.active,
  },
  {
    name: 'connections_max',
    help: 'Sessions that the server lets in',
    value: ({ connections }) => connections.max,
  },
  { name: 'size_bytes', help: 'Size on the disk', value: ({ sizeBytes }) => sizeBytes },
  {
    name: 'cache_hit_ratio',
    help: 'Blocks found in memory, of all, 0 to 1',
    value: ({ cacheHitRatio }) => cacheHitRatio,
  },
  { name: 'commits_total', help: 'Transactions committed', value: ({ commits }) => commits, isCounter: true },
  {
    name: 'rollbacks_total',
    help: 'Transactions rolled back',
    value: ({ rollbacks }) => rollbacks,
    isCounter: true,
  },
  { name: 'deadlocks_total', help: 'Deadlocks', value: ({ deadlocks }) => deadlocks, isCounter: true },
  { name: 'replicas', help: 'Streaming replicas', value: ({ replicas }) => replicas },
  {
    name: 'replication_lag_seconds',
    help: 'Of the replica that is furthest behind',
    value: ({ replicationLagSeconds }) => replicationLagSeconds,
  },
  { name: 'cpu_percent', help: 'Processor use, 100 is one core', value: ({ cpuPercent }) => cpuPercent },
  { name: 'memory_bytes', help: 'Memory use', value: ({ memoryBytes }) => memoryBytes },
  { name: 'memory_limit_bytes', help: 'Memory limit', value: ({ memoryLimitBytes }) => memoryLimitBytes },
];

/** Metrics in the text format of Prometheus: `orq_database_<name>{project="…"}`. */
export async function metricsExposition(
  all: readonly DatabaseMetrics[],
): Promise<{ readonly type: string; readonly text: string }> {
  const { default: prometheus } = await import('prom-client');
  const { Counter, Gauge, Registry } = prometheus;
  const registry = new Registry();
  for (const { name, help, value, isCounter = false } of measures) {
    const settings = { name: `orq_database_${name}`, help, labelNames: ['project'], registers: [registry] };
    const metric = isCounter ? new Counter(settings) : new Gauge(settings);
    for (const metrics of all) {
      const measured = value(metrics);
      if (measured !== null) metric.inc({ project: metrics.projectId }, measured);
    }
  }
  return { type: registry.contentType, text: await registry.metrics() };
}
