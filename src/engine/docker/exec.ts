import { setTimeout as delay } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import type Dockerode from 'dockerode';
import type { ExecOptions } from '../engine.ts';
import { attempt, type Client } from './client.ts';
import { readFrames, readRaw } from './frames.ts';
import { translateError } from './translate-error.ts';

/** Runs a command in a running container with its streams attached; resolves with the exit code. */
export async function runExec(client: Client, id: string, options: ExecOptions): Promise<number> {
  const task = { doing: `run ${options.command[0] ?? 'nothing'} in container ${id}`, signal: options.signal };
  const { exec, stream } = await attempt(client, task, () => startExec(client, id, options));
  const abort = () => stream.destroy();
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    await pump(exec, stream, options);
    options.signal?.throwIfAborted();
    return await exitCode(exec);
  } catch (error) {
    throw translateError(error, { ...task, endpoint: client.endpoint });
  } finally {
    options.signal?.removeEventListener('abort', abort);
    stream.destroy();
  }
}

async function startExec(client: Client, id: string, options: ExecOptions) {
  const stdin = options.stdin !== undefined;
  const tty = options.tty !== undefined;
  const abort = options.signal === undefined ? {} : { abortSignal: options.signal };
  const exec = await client.docker.getContainer(id).exec({
    Cmd: [...options.command],
    AttachStdin: stdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: tty,
    Env: Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(options.user === undefined ? {} : { User: options.user }),
    ...(options.workingDir === undefined ? {} : { WorkingDir: options.workingDir }),
    ...abort,
  });
  const stream: Duplex = await exec.start({ hijack: true, stdin: true, Tty: tty, ...abort });
  return { exec, stream };
}

async function pump(exec: Dockerode.Exec, stream: Duplex, options: ExecOptions): Promise<void> {
  const { stdin, tty } = options;
  const resize = async (columns: number, rows: number) => {
    // The command may be over before it hears of its new size.
    await exec.resize({ w: columns, h: rows }).catch(() => undefined);
  };
  if (tty !== undefined) {
    await resize(tty.columns, tty.rows);
    options.onResizable?.(resize);
  }
  stdin?.pipe(stream);
  try {
    const frames = tty === undefined ? readFrames(stream) : readRaw(stream);
    for await (const frame of frames) await deliver(options[frame.stream], frame.data);
  } finally {
    stdin?.unpipe(stream);
    stdin?.pause();
  }
}

function deliver(target: NodeJS.WritableStream | undefined, data: Buffer): Promise<void> {
  if (target === undefined) return Promise.resolve();
  return new Promise((resolve, reject) => {
    target.write(data, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** The streams may close a moment before the engine has noted the exit code. */
async function exitCode(exec: Dockerode.Exec): Promise<number> {
  for (let wait = 5; ; wait = Math.min(wait * 2, 200)) {
    const info = await exec.inspect();
    if (!info.Running && info.ExitCode !== null) return info.ExitCode;
    await delay(wait);
  }
}
