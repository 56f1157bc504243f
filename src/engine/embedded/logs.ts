import { readFile } from 'node:fs/promises';
import { pathExists } from '../../host/path-exists.ts';
import type { LogLine } from '../../model/observed.ts';
import type { LogOptions } from '../engine.ts';
import type { Connection } from './connection.ts';
import { findKnown, stateOf } from './observe-container.ts';
import { followLines } from './store/follow-lines.ts';
import { logFileName, parseLogLine } from './store/log-line.ts';

const mostFiles = 1000;

/** The lines of a container's log, rotated files included. */
export async function* readLogs(
  connection: Connection,
  id: string,
  options: LogOptions,
): AsyncGenerator<LogLine> {
  options.signal?.throwIfAborted();
  const { files, record } = await findKnown(connection, id);
  const { lines, offset } = await storedLines(files.log);
  const inTime = lines.filter((line) => isBetween(line, options));
  const { tail = inTime.length } = options;
  for (const line of tail === 0 ? [] : inTime.slice(-tail)) yield line;
  options.signal?.throwIfAborted();
  if (!options.follow) return;
  const isOver = async (): Promise<boolean> => hasEnded(connection, record.id, options);
  for await (const text of followLines(files.log, { offset, signal: options.signal, isOver })) {
    options.signal?.throwIfAborted();
    const line = parseLogLine(text);
    if (line !== undefined && isBetween(line, options)) yield line;
  }
  options.signal?.throwIfAborted();
}

type TimedLine = LogLine & { readonly at: Date };

async function storedLines(
  path: string,
): Promise<{ readonly lines: readonly TimedLine[]; readonly offset: number }> {
  const texts: string[] = [];
  for (let number = 1; number < mostFiles && (await pathExists(logFileName(path, number))); number += 1)
    texts.unshift(await readFile(logFileName(path, number), 'utf8').catch(() => ''));
  const current = await readFile(path).catch(() => Buffer.alloc(0));
  const offset = current.lastIndexOf(0x0a) + 1;
  texts.push(current.toString('utf8', 0, offset));
  const lines = texts.flatMap((text) => text.split('\n').map(parseLogLine));
  return { lines: lines.filter((line) => line !== undefined), offset };
}

function isBetween({ at }: TimedLine, { since, until }: LogOptions): boolean {
  return (since === undefined || at >= since) && (until === undefined || at <= until);
}

/** The log ends with its container; while the supervisor restarts it, it goes on. */
async function hasEnded(connection: Connection, id: string, { until }: LogOptions): Promise<boolean> {
  if (until !== undefined && until.getTime() < Date.now()) return true;
  const known = await findKnown(connection, id).catch(() => undefined);
  if (known === undefined) return true;
  const state = stateOf(known);
  return state !== 'running' && state !== 'restarting' && known.status.phase !== 'created';
}
