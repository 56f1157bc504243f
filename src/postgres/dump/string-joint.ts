const lineEnds = new Set([10, 13]);
const blanks = new Set([9, 11, 12, 32]);
const dash = 45;

/** Follows what comes behind a string literal: on a later line another one may go on with it. */
export interface StringJoint {
  /** A string has ended. */
  readonly open: () => void;
  /** A byte outside strings and comments, but for the second dash of a comment. */
  readonly read: (byte: number) => void;
  /** The dash before was the first of a comment that ends with its line. */
  readonly comment: () => void;
  /** Whether a quote here goes on with the string, with its escapes. */
  readonly isJoined: () => boolean;
}

/** What stands behind the last string: something else, blanks, or blanks with a line's end. */
type Gap = 'none' | 'blank' | 'line';

/** Joins strings as psql does (`quotecontinue` in its psqlscan.l): over blanks, line comments and at least one line's end. */
export function stringJoint(): StringJoint {
  let gap: Gap = 'none';
  let beforeDash: Gap = 'none';
  return {
    open: () => (gap = 'blank'),
    read: (byte) => {
      if (byte === dash) beforeDash = gap;
      if (lineEnds.has(byte)) gap = gap === 'none' ? 'none' : 'line';
      else if (!blanks.has(byte)) gap = 'none';
    },
    comment: () => (gap = beforeDash),
    isJoined: () => gap === 'line',
  };
}
