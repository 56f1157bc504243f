import { setTimeout as delay } from 'node:timers/promises';
import type { HealthState } from '../../../model/observed.ts';
import type { Healthcheck } from '../../../model/service.ts';
import { noteEvent } from '../store/event-log.ts';
import { runTool } from './run-tool.ts';
import type { Supervision } from './supervise.ts';

/** The engine's defaults, milliseconds. */
const defaults = { intervalMs: 30_000, timeoutMs: 30_000, retries: 3 } as const;
/** Milliseconds between checks until the first good one: a start is seen at once, and costs little. */
const whileStartingMs = 200;
const keptResults = 5;

interface Checking {
  readonly supervision: Supervision;
  readonly check: Healthcheck;
  readonly command: readonly string[];
  readonly signal: AbortSignal;
  readonly startedAt: number;
  failures: number;
  countedAt: number;
}

/** Asks the healthcheck of the Compose file again and again and keeps the status up to date. */
export function watchHealth(supervision: Supervision): { readonly stop: () => Promise<void> } {
  const check = supervision.launch.healthcheck;
  const command = commandOf(check?.test);
  if (check === undefined || command === undefined) return { stop: () => Promise.resolve() };
  const finished = new AbortController();
  const now = performance.now();
  const { signal } = finished;
  const running = repeat({
    supervision,
    check,
    command,
    signal,
    startedAt: now,
    failures: 0,
    countedAt: now,
  });
  return {
    stop: () => {
      finished.abort();
      return running;
    },
  };
}

function commandOf(test: readonly string[] | undefined): readonly string[] | undefined {
  const [form, ...rest] = test ?? [];
  if (form === 'CMD') return rest;
  return form === 'CMD-SHELL' ? ['/bin/sh', '-c', ...rest] : undefined;
}

async function repeat(checking: Checking): Promise<void> {
  const { supervision, check, signal } = checking;
  const intervalMs = check.intervalMs ?? defaults.intervalMs;
  while (!signal.aborted) {
    const starting = supervision.status.current().health === 'starting';
    const pauseMs = starting ? Math.min(intervalMs, check.startIntervalMs ?? whileStartingMs) : intervalMs;
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await askOnce(checking);
  }
}

async function askOnce(checking: Checking): Promise<void> {
  const { supervision, check, command, signal } = checking;
  const { launch, status } = supervision;
  const timeoutMs = check.timeoutMs ?? defaults.timeoutMs;
  const at = new Date().toISOString();
  const environment = launch.tools;
  const result = await runTool({ argv: command, cwd: launch.cwd, environment, timeoutMs, signal });
  if (signal.aborted) return;
  const { health: before, healthLog } = status.current();
  const health = judge(checking, result.exitCode === 0, before);
  await status.update({ health, healthLog: [...healthLog, { ...result, at }].slice(-keptResults) });
  if (health !== before) noteEvent(launch, 'health_status', { health_status: health });
}

/** Failures count once an interval, however often a start is looked at, and not at all in the start period. */
function judge(checking: Checking, ok: boolean, before: HealthState): HealthState {
  if (ok) {
    checking.failures = 0;
    return 'healthy';
  }
  const { check, startedAt } = checking;
  const now = performance.now();
  const starting = before === 'starting';
  if (starting && now - startedAt < (check.startPeriodMs ?? 0)) return before;
  if (starting && now - checking.countedAt < (check.intervalMs ?? defaults.intervalMs)) return before;
  checking.countedAt = now;
  checking.failures += 1;
  return checking.failures >= (check.retries ?? defaults.retries) ? 'unhealthy' : before;
}
