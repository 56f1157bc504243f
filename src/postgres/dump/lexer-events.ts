/** What the lexer tells of a plain SQL script. */
export interface LexerEvents {
  /**
   * A statement at top level, its string literals and comments left out; and its first string literal, undecoded. What it
   * returns is to be put in before the semicolon.
   */
  readonly statement: (text: string, literal: string) => string | undefined;
  /** A backslash command of psql, whole. */
  readonly command: (text: string) => void;
  /** A COPY block has ended; its statement and how many lines of data it had. */
  readonly copied: (statement: string, rows: number) => void;
  /** A statement has grown beyond what psql should hold in memory. Has to throw. */
  readonly endless: () => never;
}

export interface LexerOptions {
  /** Overwrites backslash commands, and a byte order mark, with blanks in the chunks. */
  readonly blankCommands: boolean;
}

/** Something to be put into a chunk. */
export interface Insertion {
  /** Offset in the chunk of the byte before which it goes. */
  readonly at: number;
  readonly text: string;
}

export interface Lexer {
  /** Reads on; returns what is to be put into the chunk, in its order. Throws what the events throw. */
  write(chunk: Buffer): readonly Insertion[];
  /** True when the script may end here: no open quote, comment, COPY block or statement. */
  readonly atRest: () => boolean;
}
