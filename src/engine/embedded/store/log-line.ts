import type { LogLine } from '../../../model/observed.ts';
import { hasField } from './json-file.ts';

/** `log.jsonl`, then `log.jsonl.1` and so on, older with each number. */
export function logFileName(path: string, number: number): string {
  return number === 0 ? path : `${path}.${number}`;
}

/** One line of a log as it is stored. */
export function logLine(stream: LogLine['stream'], text: string): string {
  return `${JSON.stringify({ at: new Date().toISOString(), stream, text: withoutReturn(text) })}\n`;
}

/** A line as it was stored; undefined for one that is damaged. */
export function parseLogLine(line: string): (LogLine & { readonly at: Date }) | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isLine(value) ? { ...value, at: new Date(value.at) } : undefined;
  } catch {
    return undefined;
  }
}

function isLine(
  value: unknown,
): value is { readonly stream: LogLine['stream']; readonly text: string; readonly at: string } {
  return hasField(value, 'text', 'string') && hasField(value, 'at', 'string');
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
