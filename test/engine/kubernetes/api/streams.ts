import type { ChildProcess } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { badRequest } from './status-error.ts';

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** What nodes do for the streams of a Pod. */
export interface PodStreams {
  /** Throws StatusError when the Pod does not run. */
  readonly spawn: (pod: PodName, command: readonly string[]) => ChildProcess;
  readonly connect: (pod: PodName) => Socket;
}

interface Opening {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly pod: PodName;
  readonly part: string;
  readonly query: URLSearchParams;
}

const versions = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const sockets = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => versions.find((version) => offered.has(version)) ?? false,
});

/** Opens `exec` or `portforward` of a Pod. */
export function openStreams(pods: PodStreams, { request, socket, head, pod, part, query }: Opening): void {
  if (part !== 'exec' && part !== 'portforward') throw badRequest(`pods have no ${part}`);
  const run = part === 'exec' ? pods.spawn(pod, query.getAll('command')) : undefined;
  sockets.handleUpgrade(request, socket, head, (channel) => {
    if (run !== undefined) attach(channel, run);
    else forward(channel, pods.connect(pod), Number(query.get('ports')));
  });
}

const message = (stream: number, data: Buffer): Buffer => Buffer.concat([Buffer.of(stream), data]);

/** Streams 0 to 2 are those of the process, 3 tells how it ended, 255 ends one of them (v5). */
function attach(channel: WebSocket, child: ChildProcess): void {
  for (const [stream, output] of [[1, child.stdout] as const, [2, child.stderr] as const])
    output?.on('data', (data: Buffer) => {
      output.pause();
      channel.send(message(stream, data), () => output.resume());
    });
  child.stdin?.on('error', () => undefined);
  channel.on('message', (data: Buffer) => {
    const stream = data.readUInt8(0);
    if (stream === 0) child.stdin?.write(data.subarray(1));
    else if (stream === 255 && data.readUInt8(1) === 0) child.stdin?.end();
  });
  channel.once('close', () => child.kill('SIGKILL'));
  child.once('error', (error) =>
    finish(channel, { status: 'Failure', reason: 'InternalError', message: error.message }),
  );
  child.once('close', (code) => finish(channel, statusOf(code ?? 137)));
}

function statusOf(code: number): object {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

function finish(channel: WebSocket, status: object): void {
  channel.send(message(3, Buffer.from(JSON.stringify(status))), () => channel.close());
}

/** Stream 0 is the connection, 1 what went wrong; each begins with the number of the port. */
function forward(channel: WebSocket, socket: Socket, port: number): void {
  const number = Buffer.alloc(2);
  number.writeUInt16LE(port);
  for (const stream of [0, 1]) channel.send(message(stream, number));
  socket.on('data', (data: Buffer) => {
    socket.pause();
    channel.send(message(0, data), () => socket.resume());
  });
  socket.on('error', (error) => channel.send(message(1, Buffer.from(error.message))));
  socket.once('close', () => channel.close());
  channel.on('message', (data: Buffer) => {
    if (data.readUInt8(0) === 0) socket.write(data.subarray(1));
  });
  channel.once('close', () => socket.destroy());
}
