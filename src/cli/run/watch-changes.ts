import { setTimeout as delay } from 'node:timers/promises';
import { childOf } from '../../model/abort.ts';
import { composeLabels } from '../../model/labels.ts';
import type { EngineEvent } from '../../model/observed.ts';
import type { Project } from '../../model/project.ts';
import { withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import type { Runtime } from '../runtime.ts';

/** Milliseconds after which `--watch` looks again although the engine told of nothing. */
const longestMs = 10_000;
/**
 * Milliseconds after a change at which it is looked at, and once more: Docker tells of the end of a container before its
 * list does, by as long as its network takes to be released.
 */
const settleMs = 150;
const onceMoreMs = 1000;

/**
 * Looks, and looks again whenever the engine tells of one of the projects' containers, until the command is
 * interrupted. The engine is listened to from before the first look on, also while a look is under way: a change is
 * missed by neither.
 */
export async function lookAgain(
  runtime: Runtime,
  flags: Globals,
  { projects, look }: { readonly projects: readonly Project[]; readonly look: () => Promise<unknown> },
): Promise<void> {
  const listening = childOf(runtime.signal);
  const changes = { isNew: false, tell: (): void => undefined };
  let listener: Promise<void> | undefined;
  const names = new Set(projects.map(({ name }) => name));
  const listen = async (onListening: () => void): Promise<void> => {
    const command = 'orq --watch';
    const work = async ({ operation }: { readonly operation: { readonly engine: EventSource } }) => {
      const events = operation.engine.events({}, listening.signal);
      onListening();
      for await (const event of events) {
        if (!isOf(names, event)) continue;
        changes.isNew = true;
        changes.tell();
      }
    };
    await withContext(runtime, flags, { command, projects, work }).catch(() => undefined);
    listener = undefined;
    onListening();
  };
  try {
    while (!runtime.signal.aborted) {
      // An engine that was gone may be back.
      if (listener === undefined) await new Promise<void>((resolve) => (listener = listen(resolve)));
      const isAfterChange = changes.isNew;
      if (isAfterChange) await delay(settleMs);
      changes.isNew = false;
      await look();
      if (changes.isNew) continue;
      const waiting = childOf(runtime.signal);
      const told = new Promise<void>((resolve) => (changes.tell = resolve));
      const { signal } = waiting;
      const timer = delay(isAfterChange ? onceMoreMs : longestMs, undefined, { signal });
      await Promise.race([told, timer.catch(() => undefined)]);
      waiting.abort();
      waiting.release();
    }
  } finally {
    listening.abort();
    listening.release();
    await listener;
  }
}

interface EventSource {
  events(filter: object, signal: AbortSignal): AsyncIterable<EngineEvent>;
}

function isOf(names: ReadonlySet<string>, { action, attributes }: EngineEvent): boolean {
  return !action.startsWith('exec_') && names.has(attributes[composeLabels.project] ?? '');
}
