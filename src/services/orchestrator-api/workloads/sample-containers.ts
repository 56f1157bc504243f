import type { Engine } from '../../../engine/engine.ts';
import { type RunningContainer, meter } from '../billing/meter.ts';
import { writeInvoices } from '../billing/invoices.ts';
import type { Platform } from '../platform.ts';
import { limitsOf } from './limits.ts';
import { type KnownContainer, refreshContainers } from './refresh-containers.ts';

/** What a look at a running container gave. */
export interface Sample {
  readonly imageId: number;
  /** Percent of its limit. */
  readonly load: number;
}

/** One look at everything: states, figures, meter and invoices. Returns the loads, for scaling. */
export async function sampleContainers(platform: Platform, engine: Engine): Promise<readonly Sample[]> {
  const { database, hub } = platform;
  const containers = await refreshContainers(platform, engine);
  const running = containers.filter(({ observed }) => observed?.state === 'running');
  const found = await Promise.all(running.map((container) => sampleOne(platform, engine, container)));
  const now = new Date();
  await meter(
    database,
    found.flatMap(({ running: one }) => one),
    now,
  );
  for (const invoice of await writeInvoices(database)) hub.publish({ type: 'billing', ...invoice });
  return found.map(({ sample }) => sample);
}

async function sampleOne(
  { database, live, hub, signal }: Platform,
  engine: Engine,
  { id, containerId, imageId, userId, ...limited }: KnownContainer,
): Promise<{ readonly sample: Sample; readonly running: readonly RunningContainer[] }> {
  const limits = limitsOf(limited);
  const [details, stats] = await Promise.all([
    engine.inspectContainer(containerId, signal),
    engine.stats(containerId, signal),
  ]);
  const { cpuPercent, memoryBytes, memoryLimitBytes } = stats;
  const figures = {
    id,
    status: details.state,
    cpuPercent,
    memoryBytes,
    memoryLimitBytes,
    at: new Date().toISOString(),
  };
  await live.put(figures);
  await database.query('UPDATE containers SET cpu_usage = $2, memory_usage = $3 WHERE id = $1', [
    id,
    `${cpuPercent.toFixed(1)}%`,
    `${Math.round(memoryBytes / 1024 / 1024)}MiB`,
  ]);
  hub.publish({ type: 'container', userId, live: figures });
  const { startedAt } = details;
  const running = startedAt === undefined ? [] : [{ containerId, userId, startedAt, ...limits }];
  return { sample: { imageId, load: (cpuPercent * 1000) / limits.cpuMillis }, running };
}
