import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerStats } from '../../model/observed.ts';
import { attempt, send, type Client } from './client.ts';
import { numberAt, objectAt, type JsonObject, isObject } from './json-fields.ts';

/** Time between two samples: long enough for the kernel's clock ticks, short enough for a person. */
const samplingMs = 200;

/** Use of processor and memory now, computed as `docker stats` does, from two samples. */
export function readStats(client: Client, id: string, signal?: AbortSignal): Promise<ContainerStats> {
  const task = { doing: `read the statistics of container ${id}`, signal };
  return attempt(client, task, async () => {
    const before = await sample(client, id, signal);
    await delay(samplingMs, undefined, signal === undefined ? {} : { signal });
    return computeStats(before, await sample(client, id, signal));
  });
}

async function sample(client: Client, id: string, signal?: AbortSignal): Promise<JsonObject> {
  const query = { stream: false, 'one-shot': true };
  const answer = await send(client, { method: 'GET', path: `/containers/${id}/stats`, query, signal });
  return isObject(answer) ? answer : {};
}

/** 100 percent is one full core; the page cache that can be dropped is not counted as memory. */
export function computeStats(before: JsonObject, after: JsonObject): ContainerStats {
  const memory = objectAt(after, 'memory_stats');
  const details = objectAt(memory, 'stats');
  const cache = numberAt(details, 'inactive_file') ?? numberAt(details, 'total_inactive_file') ?? 0;
  const usage = numberAt(memory, 'usage') ?? 0;
  return {
    cpuPercent: cpuPercent(objectAt(before, 'cpu_stats'), objectAt(after, 'cpu_stats')),
    memoryBytes: cache < usage ? usage - cache : usage,
    memoryLimitBytes: numberAt(memory, 'limit') ?? 0,
    pids: numberAt(objectAt(after, 'pids_stats'), 'current') ?? 0,
  };
}

function cpuPercent(before: JsonObject, after: JsonObject): number {
  const used = cpuTotal(after) - cpuTotal(before);
  const passed = systemTotal(after) - systemTotal(before);
  const cores = numberAt(after, 'online_cpus') ?? 1;
  return used > 0 && passed > 0 ? (used / passed) * cores * 100 : 0;
}

function cpuTotal(stats: JsonObject): number {
  return numberAt(objectAt(stats, 'cpu_usage'), 'total_usage') ?? 0;
}

function systemTotal(stats: JsonObject): number {
  return numberAt(stats, 'system_cpu_usage') ?? 0;
}
