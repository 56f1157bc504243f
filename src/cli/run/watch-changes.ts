import { setTimeout as delay } from 'node:timers/promises';
import { childOf } from '../../model/abort.ts';
import { composeLabels } from '../../model/labels.ts';
import type { Project } from '../../model/project.ts';
import { withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import type { Runtime } from '../runtime.ts';

/** Milliseconds after which `--watch` looks again although the engine told of nothing. */
const longestMs = 10_000;

/** Waits for an event of one of the projects' containers. */
export async function untilSomethingChanges(
  runtime: Runtime,
  flags: Globals,
  projects: readonly Project[],
): Promise<void> {
  const waiting = childOf(runtime.signal);
  const { signal } = waiting;
  const timer = delay(longestMs, undefined, { signal }).catch(() => undefined);
  const events = withContext(runtime, flags, {
    command: 'orq diagnose --watch',
    projects,
    work: ({ operation }) => firstEvent(operation.engine.events({}, signal), projects),
  }).catch(() => timer);
  await Promise.race([timer, events]);
  waiting.abort();
  waiting.release();
}

async function firstEvent(
  events: AsyncIterable<{ readonly action: string; readonly attributes: Readonly<Record<string, string>> }>,
  projects: readonly Project[],
): Promise<void> {
  const names = new Set(projects.map(({ name }) => name));
  for await (const { action, attributes } of events) {
    if (!action.startsWith('exec_') && names.has(attributes[composeLabels.project] ?? '')) return;
  }
}
