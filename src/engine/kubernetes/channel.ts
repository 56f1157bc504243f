import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import type { Client } from './client.ts';
import { RefusedError } from './status.ts';
import type { Asked } from './asked.ts';
import { translateError } from './translate-error.ts';

/**
 * A WebSocket whose messages begin with the number of a stream, as `exec` and `portforward` speak it:
 * https://kubernetes.io/docs/reference/using-api/websockets/
 */
export interface Channel {
  /** Version of the protocol that was agreed on. */
  protocol(): string;
  /** Resolves when the bytes were handed to the system. */
  send(stream: number, data: Buffer): Promise<void>;
  /** Says that nothing more comes on a stream (v5 of the protocol). */
  endStream(stream: number): void;
  /** Writes to where a stream leads; there are no more messages until a reader that is slower than the network is through. */
  deliver(target: NodeJS.WritableStream, data: Buffer): void;
  /** Resolves when it has ended, by either side. */
  readonly ended: Promise<void>;
  close(): void;
}

/** What is opened: a path of the API server, with the versions of the protocol that would do. */
export interface Opening {
  readonly path: string;
  readonly protocols: readonly string[];
  readonly asked: Asked;
  readonly onMessage: (stream: number, data: Buffer, channel: Channel) => void;
}

const closeStream = 255;

/** Opens a channel. Rejects with what the API server answers in its place. */
export async function openChannel(client: Client, opening: Opening): Promise<Channel> {
  const { asked, onMessage } = opening;
  try {
    const socket = await connect(client, opening);
    const channel = channelOf(socket);
    // The first messages may come together with the answer that opens it.
    socket.on('message', (data: Buffer) => {
      if (data.length > 0) onMessage(data.readUInt8(0), data.subarray(1), channel);
    });
    await opened(socket).catch((error: unknown) => {
      socket.terminate();
      throw error;
    });
    return channel;
  } catch (error) {
    throw await translateError(client, error, asked);
  }
}

async function connect({ config, server }: Client, { path, protocols, asked }: Opening): Promise<WebSocket> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  asked.signal?.throwIfAborted();
  const url = server.replace(/^http/, 'ws').replace(/\/+$/, '') + path;
  const socket = new WebSocket(url, [...protocols], { ...plain(options), perMessageDeflate: false });
  const abort = (): void => socket.terminate();
  asked.signal?.addEventListener('abort', abort, { once: true });
  socket.once('close', () => asked.signal?.removeEventListener('abort', abort));
  return socket;
}

/** The client's options for requests, as far as WebSockets know them. */
function plain({ headers, agent, ca, cert, key, rejectUnauthorized, servername }: RequestOptions): object {
  const given = { headers, agent, ca, cert, key, rejectUnauthorized, servername };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    // Stays: what goes wrong later ends the channel.
    socket.on('error', reject);
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      text(response).then(
        (body) => reject(new RefusedError(response.statusCode ?? 0, body)),
        (error: unknown) => reject(error),
      );
    });
  });
}

function channelOf(socket: WebSocket): Channel {
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  return {
    protocol: () => socket.protocol,
    ended,
    send: (stream, data) =>
      new Promise((resolve, reject) => {
        socket.send(Buffer.concat([Buffer.of(stream), data]), (error) => (error ? reject(error) : resolve()));
      }),
    endStream: (stream) => socket.send(Buffer.of(closeStream, stream)),
    deliver: (target, data) => {
      if (target.write(data) || socket.isPaused) return;
      const go = (): void => {
        target.off('drain', go).off('close', go);
        socket.resume();
      };
      socket.pause();
      target.once('drain', go).once('close', go);
    },
    close: () => socket.terminate(),
  };
}
