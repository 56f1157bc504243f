import type { Engine } from '../engine/engine.ts';
import { composeLabels } from '../model/labels.ts';

/** Wakes those who wait for something to happen to a container. */
export interface ContainerWatch {
  /** Resolves at the next event of the container, or after the delay (milliseconds), whichever is first. */
  nextEvent(containerId: string, delayMs: number): Promise<void>;
}

/**
 * Follows the engine's events of one project, from the first wait until the signal aborts. A broken event stream is no
 * failure: the delays then act as a slow poll.
 */
export function watchContainers(engine: Engine, project: string, signal: AbortSignal): ContainerWatch {
  const waiting = new Map<string, Set<() => void>>();
  let following: Promise<void> | undefined;
  return {
    nextEvent: (containerId, delayMs) =>
      new Promise((resolve) => {
        following ??= follow(engine, { project, signal, waiting });
        const listeners = waiting.get(containerId) ?? new Set();
        waiting.set(containerId, listeners);
        const wake = (): void => {
          clearTimeout(timer);
          listeners.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, delayMs);
        listeners.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      }),
  };
}

async function follow(
  engine: Engine,
  context: {
    readonly project: string;
    readonly signal: AbortSignal;
    readonly waiting: ReadonlyMap<string, ReadonlySet<() => void>>;
  },
): Promise<void> {
  const labels = { [composeLabels.project]: context.project };
  try {
    for await (const event of engine.events({ labels }, context.signal)) {
      if (event.action.startsWith('exec_')) continue;
      [...(context.waiting.get(event.id) ?? [])].forEach((wake) => wake());
    }
  } catch {
    // The waits go on with their delays.
  }
}
