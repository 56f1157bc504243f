import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Milliseconds between looks where the system does not tell about changes. */
const lookMs = 250;
const chunkBytes = 65_536;
const newline = 0x0a;

export interface FollowOptions {
  /** Byte to start from. */
  readonly offset: number;
  readonly signal?: AbortSignal | undefined;
  /** Asked before each look; true makes that look the last one. */
  readonly isOver: () => Promise<boolean>;
}

/** Lines of a file as they are appended, across its rotations. Ends quietly when aborted. */
export async function* followLines(path: string, options: FollowOptions): AsyncGenerator<string> {
  const changes = watchFolder(dirname(path), options.signal);
  let reader = await openLines(path, options.offset);
  try {
    while (options.signal?.aborted !== true) {
      const change = changes.next();
      const over = await options.isOver();
      if (reader === undefined) reader = await openLines(path, 0);
      if (reader !== undefined) {
        yield* reader.read();
        if (await hasRotated(path, reader)) {
          yield* reader.read();
          await reader.close();
          reader = await openLines(path, 0);
          continue;
        }
      }
      if (over) return;
      await change;
    }
  } finally {
    changes.close();
    await reader?.close();
  }
}

interface LineReader {
  readonly inode: number;
  read(): AsyncGenerator<string>;
  close(): Promise<void>;
}

async function openLines(path: string, offset: number): Promise<LineReader | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  const { ino } = await handle.stat();
  return { inode: ino, read: linesOf(handle, offset), close: () => handle.close() };
}

function linesOf(handle: FileHandle, start: number): () => AsyncGenerator<string> {
  let offset = start;
  let rest = Buffer.alloc(0);
  return async function* () {
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, offset);
      if (bytesRead === 0) return;
      offset += bytesRead;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline)) {
        const line = rest.toString('utf8', 0, end);
        rest = rest.subarray(end + 1);
        yield line;
      }
    }
  };
}

async function hasRotated(path: string, { inode }: LineReader): Promise<boolean> {
  const now = await stat(path).catch(() => undefined);
  return now !== undefined && now.ino !== inode;
}

interface Changes {
  /** Resolves at the next change after the call, after a while, or when aborted. */
  next(): Promise<void>;
  close(): void;
}

/** Tells when something in a folder changes. */
export function watchFolder(folder: string, signal?: AbortSignal): Changes {
  const waiting = new Set<() => void>();
  const wakeAll = (): void => [...waiting].forEach((wake) => wake());
  const watcher = tryWatch(folder, wakeAll);
  signal?.addEventListener('abort', wakeAll, { once: true });
  return {
    next: () =>
      new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, lookMs);
        waiting.add(wake);
        if (signal?.aborted === true) wake();
      }),
    close: () => {
      watcher?.close();
      signal?.removeEventListener('abort', wakeAll);
      wakeAll();
    },
  };
}

/** The number of watches is limited; without one the looks go on by time. */
function tryWatch(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
