import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds: the first wait, doubled with each failure up to the longest, and the run that starts over. */
export const restartDelay = { firstMs: 100, longestMs: 30_000, resetAfterMs: 10_000 } as const;

/** Waits before the next attempt; false when the container is to stop instead. */
export async function waitToRestart(failures: number, stop: AbortSignal): Promise<boolean> {
  const ms = Math.min(restartDelay.longestMs, restartDelay.firstMs * 2 ** Math.min(failures, 20));
  await delay(ms, undefined, { signal: stop }).catch(() => undefined);
  return !stop.aborted;
}
