import { statSync } from 'node:fs';
import type { EngineEvent } from '../../model/observed.ts';
import type { ContainerFilter } from '../engine.ts';
import type { Connection } from './connection.ts';
import { hasLabels } from './observe-container.ts';
import { parseEvent } from './store/event-log.ts';
import { followLines } from './store/follow-lines.ts';

/** Events from this very call on, read from the log to which orq and the supervisors append. */
export function readEvents(
  { folders }: Connection,
  filter: ContainerFilter,
  signal: AbortSignal,
): AsyncIterable<EngineEvent> {
  const offset = statSync(folders.events).size;
  return parsed(
    followLines(folders.events, { offset, signal, isOver: () => Promise.resolve(false) }),
    filter,
  );
}

async function* parsed(lines: AsyncIterable<string>, filter: ContainerFilter): AsyncGenerator<EngineEvent> {
  for await (const line of lines) {
    const event = parseEvent(line);
    if (event !== undefined && hasLabels(event.attributes, filter)) yield event;
  }
}
