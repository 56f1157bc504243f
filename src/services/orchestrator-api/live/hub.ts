import { EventEmitter, on } from 'node:events';
import type { Live } from './live-cache.ts';

/** Something that pages are told as it happens. */
type PlatformEvent =
  | { readonly type: 'container'; readonly userId: number; readonly live: Live }
  | { readonly type: 'containers-changed'; readonly userId: number; readonly imageId: number }
  | {
      readonly type: 'scaled';
      readonly userId: number;
      readonly imageId: number;
      readonly instances: number;
      readonly why: string;
    }
  | { readonly type: 'billing'; readonly userId: number; readonly month: string; readonly amount: string }
  | {
      readonly type: 'health';
      readonly userId: null;
      readonly part: 'engine' | 'redis';
      readonly problem: string | null;
    };

/** Tells events to everyone who listens. */
export interface Hub {
  publish(event: PlatformEvent): void;
  listen(signal: AbortSignal): AsyncIterable<PlatformEvent>;
}

/** A hub of one process. */
export function openHub(): Hub {
  const emitter = new EventEmitter<{ event: [PlatformEvent] }>();
  emitter.setMaxListeners(0);
  return {
    publish: (event) => void emitter.emit('event', event),
    listen: (signal) => events(emitter, signal),
  };
}

async function* events(
  emitter: EventEmitter<{ event: [PlatformEvent] }>,
  signal: AbortSignal,
): AsyncGenerator<PlatformEvent> {
  try {
    for await (const [event] of on(emitter, 'event', { signal, highWaterMark: 1000, lowWaterMark: 1 }))
      yield event;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
