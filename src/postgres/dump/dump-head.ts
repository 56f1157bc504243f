/** Bytes at the beginning of a dump in which pg_dump tells of itself. */
const reach = 2048;

/** What pg_dump tells of itself in the first lines of a plain dump, read as it streams by. */
export interface DumpHead {
  write(chunk: Buffer): void;
  /** e.g. `17.4`; empty when it does not say. */
  version(): string;
}

/** Reads the head of a dump. */
export function dumpHead(): DumpHead {
  let text = '';
  return {
    write: (chunk) => {
      if (text.length < reach) text += chunk.toString('latin1', 0, reach);
    },
    version: () => /^-- Dumped by pg_dump version (\d+(?:\.\d+)*)/m.exec(text)?.[1] ?? '',
  };
}
