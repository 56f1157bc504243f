import { appendFileSync, renameSync, statSync } from 'node:fs';
import type { EngineEvent } from '../../../model/observed.ts';
import { orqLabels } from '../../../model/labels.ts';
import { hasField } from './json-file.ts';

/** Bytes after which the event log starts anew. */
const rotateAfter = 1_000_000;

export interface EventSource {
  readonly eventLog: string;
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Notes that something happened to a container. One short append, so that writers do not mix. */
export function noteEvent(
  { eventLog, id, name, labels }: EventSource,
  action: string,
  attributes: Readonly<Record<string, string>> = {},
): void {
  const { [orqLabels.spec]: _long, ...short } = labels;
  const event = { type: 'container', action, id, attributes: { ...short, name, ...attributes } };
  appendFileSync(eventLog, `${JSON.stringify({ ...event, at: new Date().toISOString() })}\n`);
}

/** Makes the event log if there is none, and puts a long one aside. */
export function openEventLog(path: string): void {
  appendFileSync(path, '');
  if (statSync(path).size > rotateAfter) renameSync(path, `${path}.1`);
  appendFileSync(path, '');
}

/** The event of a line; undefined for one that is damaged. */
export function parseEvent(line: string): EngineEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEventLine(value) ? { ...value, at: new Date(value.at) } : undefined;
  } catch {
    return undefined;
  }
}

type EventLine = Omit<EngineEvent, 'at'> & { readonly at: string };

function isEventLine(value: unknown): value is EventLine {
  return hasField(value, 'action', 'string') && hasField(value, 'attributes', 'object');
}
