import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastUp } from '../../model/last-up.ts';
import type { TimelineEntry } from './timeline.ts';

/** Steps of the last `up` in the log of a state folder; none when there is no log. */
export async function readTimeline(stateDirectory: string): Promise<readonly TimelineEntry[]> {
  const up = lastUp(await readFile(join(stateDirectory, 'orq.log'), 'utf8').catch(() => ''));
  return (up?.steps ?? []).map(({ subject, action, time, durationMs, event }) => ({
    subject,
    action,
    beganMs: Math.max(0, time - durationMs - (up?.beganAt ?? 0)),
    durationMs,
    failed: event === 'step-failed',
  }));
}
