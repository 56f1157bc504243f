import type { Readable } from 'node:stream';
import type { LogLine } from '../../model/observed.ts';
import type { LogOptions } from '../engine.ts';
import { isOrqError } from '../../model/errors.ts';
import { attempt, openStream, type Client } from './client.ts';
import { readFrames, readRaw } from './frames.ts';
import { readLines } from './log-lines.ts';
import { translateError } from './translate-error.ts';

/** The lines of a container's log, with the engine's timestamps. */
export async function* readLogs(client: Client, id: string, options: LogOptions): AsyncGenerator<LogLine> {
  if (!options.follow) return yield* readStream(client, id, options);
  const seen = new LastMoment();
  for await (const line of readStream(client, id, options)) {
    seen.add(line);
    yield line;
  }
  yield* readRest(client, id, { options, seen });
}

/**
 * What a followed stream left out: engines before 23 stop following when the container ends, however many lines the
 * reader had still to get.
 */
async function* readRest(
  client: Client,
  id: string,
  { options, seen }: { readonly options: LogOptions; readonly seen: LastMoment },
): AsyncGenerator<LogLine> {
  if (seen.at === undefined) return;
  let known = seen.count;
  try {
    const { tail: _, ...asked } = options;
    for await (const line of readStream(client, id, { ...asked, follow: false, since: seen.at })) {
      if (known > 0) known -= 1;
      else yield line;
    }
  } catch (error) {
    // Of a container that is gone, or being removed, there is no more to read.
    if (!isOrqError(error) || !['NOT_FOUND', 'CONFLICT'].includes(error.code)) throw error;
  }
}

/** How many of the lines were of the last moment, in the milliseconds by which engines can be asked. */
class LastMoment {
  at: Date | undefined;
  count = 0;

  add({ at }: LogLine): void {
    this.count = at?.getTime() === this.at?.getTime() ? this.count + 1 : 1;
    this.at = at;
  }
}

async function* readStream(client: Client, id: string, options: LogOptions): AsyncGenerator<LogLine> {
  const task = { doing: `read the logs of container ${id}`, signal: options.signal };
  const { tty, stream } = await attempt(client, task, () => openLogs(client, id, options));
  try {
    yield* readLines(tty ? readRaw(stream) : readFrames(stream), tty ? 'line' : 'frame');
  } catch (error) {
    throw translateError(error, { ...task, endpoint: client.endpoint });
  } finally {
    stream.destroy();
  }
  options.signal?.throwIfAborted();
}

async function openLogs(
  client: Client,
  id: string,
  options: LogOptions,
): Promise<{ tty: boolean; stream: Readable }> {
  const { signal } = options;
  // Only an inspection says in every API version whether the stream is multiplexed.
  const info = await client.docker
    .getContainer(id)
    .inspect(signal === undefined ? {} : { abortSignal: signal });
  const query = {
    stdout: true,
    stderr: true,
    timestamps: true,
    follow: options.follow,
    tail: options.tail ?? 'all',
    since: options.since === undefined ? undefined : seconds(options.since),
    until: options.until === undefined ? undefined : seconds(options.until),
  };
  const path = `/containers/${id}/logs`;
  const stream = await openStream(client, { method: 'GET', path, query, signal });
  return { tty: info.Config.Tty, stream };
}

/** The engine takes fractions of a second only in this form. */
export function seconds(date: Date): string {
  return (date.getTime() / 1000).toFixed(3);
}
