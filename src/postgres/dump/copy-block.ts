const newline = 10;
const carriageReturn = 13;
const backslash = 92;
const dot = 46;

/** Where reading stopped in a chunk; `rows` once the block has ended, which is where SQL goes on. */
export interface CopyProgress {
  readonly at: number;
  readonly rows?: number;
}

/**
 * Reads the data lines of one COPY up to `\.`, from an offset of a chunk on; chunks may be cut anywhere. Only the
 * first bytes of a line are looked at one by one.
 */
export function copyBlock(): (chunk: Buffer, from: number) => CopyProgress {
  let rows = 0;
  let lineBytes = 0;
  let terminator = 0;

  const readStart = (chunk: Buffer, from: number, stop: number): void => {
    for (let at = from; at < stop && lineBytes < 4; at += 1) {
      const byte = chunk[at];
      if (lineBytes === 0 && byte === backslash) terminator = 1;
      else if (lineBytes === 1 && terminator === 1 && byte === dot) terminator = 2;
      else if (lineBytes !== 2 || byte !== carriageReturn) terminator = 0;
      lineBytes += 1;
    }
  };

  return (chunk, from) => {
    let at = from;
    while (at < chunk.length) {
      const end = chunk.indexOf(newline, at);
      readStart(chunk, at, end === -1 ? chunk.length : end);
      if (end === -1) break;
      at = end + 1;
      if (terminator === 2) return { at, rows };
      rows += 1;
      lineBytes = 0;
      terminator = 0;
    }
    return { at: chunk.length };
  };
}
