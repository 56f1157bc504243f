import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { messageOf } from '../../../model/errors.ts';
import { childOf } from '../../../model/abort.ts';
import { isStillGood } from '../auth/access.ts';
import type { Platform } from '../platform.ts';

const heartbeatMs = 15_000;

export interface StreamedEvent {
  readonly type: string;
  readonly data: unknown;
}

/** What the document says of a route that answers with server-sent events. */
export const eventStreamAnswer = { 200: { content: { 'text/event-stream': { schema: z.string() } } } };

interface Streaming {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly platform: Pick<Platform, 'signal' | 'sessions'>;
}

/**
 * Answers with server-sent events until the client goes, its session ends or the API stops. `open` is given the signal of that end; what
 * it throws is told as a last event, since the answer has begun by then.
 */
export function streamEvents(
  { request, reply, platform }: Streaming,
  open: (signal: AbortSignal) => AsyncIterable<StreamedEvent>,
): FastifyReply {
  const ended = childOf(platform.signal);
  const stream = new Readable({ read: () => undefined });
  const heartbeat = setInterval(() => void beat(), heartbeatMs);
  const finish = (): void => {
    if (ended.signal.aborted && stream.readableEnded) return;
    clearInterval(heartbeat);
    ended.abort();
    ended.release();
    if (!stream.destroyed) stream.push(null);
  };
  const beat = async (): Promise<void> => {
    const isGood = await isStillGood(request, platform.sessions);
    if (isGood && !ended.signal.aborted) stream.push(': alive\n\n');
    else finish();
  };
  request.raw.once('close', finish);
  stream.push(': open\n\n');
  void write(stream, open(ended.signal), ended.signal).then(finish);
  return reply
    .header('content-type', 'text/event-stream')
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .send(stream);
}

/** Nothing may be pushed after the end that `finish` has pushed: the stream would fail, and nobody listens for that. */
async function write(
  stream: Readable,
  events: AsyncIterable<StreamedEvent>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const { type, data } of events) {
      if (stream.destroyed || signal.aborted) return;
      stream.push(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  } catch (error) {
    const message = messageOf(error);
    if (!stream.destroyed && !signal.aborted)
      stream.push(`event: error\ndata: ${JSON.stringify({ message })}\n\n`);
  }
}
