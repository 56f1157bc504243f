/** What editors of Windows put before UTF-8. psql skips it at the very start of a file only. */
const mark = [0xef, 0xbb, 0xbf];

/** Reads the mark that a script may begin with, chunk by chunk; returns where in a chunk SQL begins. */
export function byteOrderMark(): (chunk: Buffer) => number {
  let marked = 0;
  return (chunk) => {
    let at = 0;
    for (; at < chunk.length && chunk[at] === mark[marked]; at += 1) marked += 1;
    if (at < chunk.length) marked = mark.length;
    return at;
  };
}
