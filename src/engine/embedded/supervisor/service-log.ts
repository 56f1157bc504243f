import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { watchFolder } from '../store/follow-lines.ts';
import type { ContainerFiles } from '../store/folders.ts';
import { logFileName, logLine } from '../store/log-line.ts';
import type { Launch } from '../store/record.ts';

export interface ServiceLog {
  /** Adds text of our own, e.g. what the initialisation printed. */
  write(stream: 'stdout' | 'stderr', text: string): void;
  /** Takes over all that the service has written so far, a last line without an end included. */
  drain(): void;
  close(): void;
}

type Stream = 'stdout' | 'stderr';

const chunkBytes = 65_536;
const newline = 0x0a;
/** Bytes of raw output after which what is in the log is cut away. */
const truncateAfter = 1_000_000;

/** Moves what the service writes, line by line with time and stream, into a log that rotates. */
export function openServiceLog(files: ContainerFiles, limits: Launch['log']): ServiceLog {
  const append = rotatingLog(files.log, limits);
  const tails = (['stdout', 'stderr'] as const).map((stream) => openTail(files.raw[stream], stream, append));
  const finished = new AbortController();
  const takeAll = (): void => tails.forEach((tail) => tail.take());
  void follow(files.folder, takeAll, finished.signal);
  return {
    write: (stream, text) => append(lines(text).map((line) => logLine(stream, line))),
    drain: () => tails.forEach((tail) => tail.finish()),
    close: () => {
      finished.abort();
      tails.forEach((tail) => tail.close());
    },
  };
}

function lines(text: string): readonly string[] {
  const all = text.split('\n');
  return all.at(-1) === '' ? all.slice(0, -1) : all;
}

async function follow(folder: string, take: () => void, signal: AbortSignal): Promise<void> {
  const changes = watchFolder(folder, signal);
  while (!signal.aborted) {
    const change = changes.next();
    take();
    await change;
  }
  changes.close();
}

interface Tail {
  take(): void;
  finish(): void;
  close(): void;
}

function openTail(path: string, stream: Stream, append: (lines: readonly string[]) => void): Tail {
  const descriptor = openSync(path, 'a+', 0o600);
  let offset = takenSoFar(path);
  let rest = Buffer.alloc(0);
  const take = (): void => {
    const before = offset;
    for (;;) {
      const chunk = Buffer.alloc(chunkBytes);
      const read = readSync(descriptor, chunk, 0, chunkBytes, offset);
      if (read === 0) break;
      offset += read;
      const [complete, remaining] = splitLines(Buffer.concat([rest, chunk.subarray(0, read)]));
      rest = remaining;
      append(complete.map((line) => logLine(stream, line)));
    }
    if (offset > truncateAfter) cut();
    if (offset !== before) noteTaken(path, offset - rest.length);
  };
  // Between the size and the cut lies no other instruction of ours: what a writer adds just then is what may be lost.
  const cut = (): void => {
    if (fstatSync(descriptor).size !== offset) return;
    ftruncateSync(descriptor, 0);
    offset = 0;
  };
  return {
    take,
    finish: () => {
      take();
      if (rest.length > 0) append([logLine(stream, rest.toString('utf8'))]);
      rest = Buffer.alloc(0);
      ftruncateSync(descriptor, 0);
      offset = 0;
      noteTaken(path, offset);
    },
    close: () => closeSync(descriptor),
  };
}

/** Bytes of the raw output that an earlier supervisor has put into the log. */
function takenSoFar(path: string): number {
  const file = `${path}.taken`;
  const taken = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return taken <= statSync(path).size ? taken : 0;
}

function noteTaken(path: string, bytes: number): void {
  writeFileSync(`${path}.taken`, String(bytes), { mode: 0o600 });
}

function splitLines(data: Buffer): [readonly string[], Buffer<ArrayBuffer>] {
  const last = data.lastIndexOf(newline);
  const rest = Buffer.from(data.subarray(last + 1));
  return last === -1 ? [[], rest] : [data.toString('utf8', 0, last).split('\n'), rest];
}

function rotatingLog(
  path: string,
  { maxBytes, maxFiles }: Launch['log'],
): (lines: readonly string[]) => void {
  let size = existsSync(path) ? statSync(path).size : 0;
  return (added) => {
    if (added.length === 0) return;
    const text = added.join('');
    if (size > 0 && size + text.length > maxBytes) {
      rotate(path, maxFiles);
      size = 0;
    }
    appendFileSync(path, text, { mode: 0o600 });
    size += Buffer.byteLength(text);
  };
}

function rotate(path: string, maxFiles: number): void {
  rmSync(logFileName(path, maxFiles - 1), { force: true });
  for (let number = maxFiles - 2; number >= 0; number -= 1) {
    const from = logFileName(path, number);
    if (existsSync(from)) renameSync(from, logFileName(path, number + 1));
  }
}
