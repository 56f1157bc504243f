const star = 42;
const slash = 47;

/** Follows a block comment, which may have others within. */
export interface BlockComment {
  readonly open: () => void;
  /** Reads a byte; true when it is the end of the outermost. */
  readonly ends: (byte: number) => boolean;
}

/** See {@link BlockComment}. */
export function blockComment(): BlockComment {
  let depth = 0;
  let previous = 0;
  return {
    open: () => {
      depth = 1;
      previous = 0;
    },
    ends: (byte) => {
      const [isEnd, isBegin] = [previous === star && byte === slash, previous === slash && byte === star];
      previous = isEnd || isBegin ? 0 : byte;
      if (isEnd) depth -= 1;
      if (isBegin) depth += 1;
      return depth === 0;
    },
  };
}
