import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../model/errors.ts';
import type { DatabaseMetrics } from '../../model/database-metrics.ts';
import { type MetricsSample, readSample, slowestStatements } from '../../postgres/metrics.ts';
import { withSession } from '../../postgres/session.ts';
import { reachDatabase, type ReachedDatabase } from './as-project.ts';
import type { DatabasesContext } from './db-context.ts';
import { listDatabases } from './find-databases.ts';
import { sharedId } from './names.ts';
import { serverAddress } from './server-address.ts';

/** Milliseconds between the two samples of a rate: a server tells its counters once a second. */
const intervalMs = 1000;
const statements = 5;

/** How the database of a project is doing; takes a second, for the rates. Throws DATABASE_UNKNOWN, SERVICE_NOT_RUNNING. */
export async function databaseMetrics(context: DatabasesContext, id: string): Promise<DatabaseMetrics> {
  return metricsOf(context, await reachDatabase(context, id));
}

/** The same for every database that runs and answers; one that does not is warned of. */
export async function allDatabaseMetrics(context: DatabasesContext): Promise<readonly DatabaseMetrics[]> {
  const running = (await listDatabases(context)).filter(({ status }) => status === 'running');
  const shared = running.find(({ projectId }) => projectId === sharedId);
  const reached = running.map((database) => ({
    database,
    server: database.placement === 'own' ? database : (shared ?? database),
  }));
  const found = await Promise.allSettled(reached.map((each) => metricsOf(context, each)));
  context.signal.throwIfAborted();
  return found.flatMap((result, index) => {
    if (result.status === 'fulfilled') return [result.value];
    const reason = messageOf(result.reason);
    context.emit({ type: 'warning', text: `${running[index]?.projectId}: ${reason}` });
    return [];
  });
}

async function metricsOf(
  context: DatabasesContext,
  { database, server }: Pick<ReachedDatabase, 'database' | 'server'>,
): Promise<DatabaseMetrics> {
  const { engine, signal } = context;
  const address = { ...(await serverAddress(context, server)), database: database.database };
  const [stats, [first, last], slowest] = await Promise.all([
    engine.stats(server.containerId, signal),
    withSession(address, async (session) => twoSamples(() => readSample(session), signal), { signal }),
    slowestStatements(address, statements, signal),
  ]);
  const { at, ...counted } = last;
  const { cpuPercent, memoryBytes, memoryLimitBytes } = stats;
  return {
    projectId: database.projectId,
    at: new Date(at * 1000).toISOString(),
    ...counted,
    ...ratesBetween(first, last),
    cpuPercent,
    memoryBytes,
    memoryLimitBytes,
    slowest,
  };
}

async function twoSamples(
  sample: () => Promise<MetricsSample>,
  signal: AbortSignal,
): Promise<readonly [MetricsSample, MetricsSample]> {
  const first = await sample();
  await delay(intervalMs, undefined, { signal });
  return [first, await sample()];
}

/** Never below nought: statistics may be reset. */
function ratesBetween(
  first: MetricsSample,
  last: MetricsSample,
): Pick<DatabaseMetrics, 'commitsPerSecond' | 'transactionsPerSecond'> {
  const seconds = Math.max(last.at - first.at, 0.001);
  const rate = (count: (sample: MetricsSample) => number): number =>
    Math.max(0, (count(last) - count(first)) / seconds);
  return {
    commitsPerSecond: rate(({ commits }) => commits),
    transactionsPerSecond: rate(({ commits, rollbacks }) => commits + rollbacks),
  };
}
