import { copyBlock } from './copy-block.ts';
import { escapesAfter } from './string-escapes.ts';
import { stringJoint } from './string-joint.ts';

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
  /** A statement has grown beyond {@link longestSent}: psql would hold it all in memory. Has to throw. */
  readonly endless: () => never;
}

/** Bytes of a statement with all its literals. pg_dump's own are far shorter: data of tables comes in COPY blocks. */
const longestSent = 256 << 20;

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

/** What editors of Windows put before UTF-8. psql skips it at the very start of a file only. */
const byteOrderMark = [0xef, 0xbb, 0xbf];
const newline = 10;
const carriageReturn = 13;
const blank = 32;
const quote = 39;
const backslash = 92;

type State =
  | 'sql'
  | 'string'
  | 'escape-string'
  | 'name'
  | 'line-comment'
  | 'block-comment'
  | 'dollar'
  | 'copy'
  | 'command';

/** Longer statements are cut; enough for a COPY of the 1600 columns that a table may have. */
const longestStatement = 262_144;
/** Enough for a qualified name of 2 × 63 characters, doubled quotes and all. */
const longestLiteral = 600;
/** Longer than every word that counts. */
const longestWord = 16;
/** Enough for the longest that is let through: \restrict with its key. */
const longestCommand = 1024;
const copyFromStdin = /^\s*copy\b[\s\S]*\bfrom\s+stdin\b/i;
const routine = /^\s*create\s+(or\s+replace\s+)?(function|procedure)\b/i;
const word = /[A-Za-z0-9_\u0080-\u00ff]/;

/**
 * Splits a plain SQL script as psql does (its psqlscan.l): quotes, E'' strings, dollar quotes, nested comments,
 * parentheses, BEGIN ATOMIC bodies, COPY data, strings with escapes once the script asks for them. It works on bytes,
 * chunks may be cut anywhere, and holds no more than one statement's text.
 */
export function sqlLexer(events: LexerEvents, { blankCommands }: LexerOptions): Lexer {
  let state: State = 'sql';
  let text = '';
  let literal = '';
  let literals = 0;
  let token = '';
  let commandText = '';
  let tag = '';
  let tail = '';
  let parentheses = 0;
  let bodies = 0;
  let comments = 0;
  let previous = 0;
  let copyStatement = '';
  let copyPending = false;
  let stringKind: State = 'string';
  let readData = copyBlock();
  const joint = stringJoint();
  let statementBytes = 0;
  let marked = 0;
  /** Whether backslashes escape in plain strings too: `standard_conforming_strings` is off. */
  let escapes = false;
  let position = 0;
  let insertions: Insertion[] = [];

  const endWord = (): void => {
    if (token === '') return;
    const lower = token.toLowerCase();
    token = '';
    // Within parentheses they are names: psql counts none there either.
    if (parentheses > 0 || !/^(begin|case|end)$/.test(lower) || !routine.test(text)) return;
    if (lower === 'end') bodies = Math.max(0, bodies - 1);
    else if (lower === 'begin' || bodies > 0) bodies += 1;
  };
  const endStatement = (): void => {
    const [statement, first] = [text, literal];
    text = '';
    literal = '';
    literals = 0;
    bodies = 0;
    statementBytes = 0;
    if (statement.trim() === '') return;
    const inserted = events.statement(statement, first);
    if (inserted !== undefined) insertions.push({ at: position, text: inserted });
    escapes = escapesAfter(statement, first) ?? escapes;
    copyPending = copyFromStdin.test(statement);
    if (copyPending) copyStatement = statement;
  };
  const startCopy = (): void => {
    state = 'copy';
    copyPending = false;
    readData = copyBlock();
  };

  const readCopy = (chunk: Buffer, from: number): number => {
    const { at, rows } = readData(chunk, from);
    if (rows === undefined) return at;
    state = 'sql';
    previous = newline;
    events.copied(copyStatement, rows);
    return at;
  };

  const readQuoted = (byte: number, char: string): void => {
    if (state === 'escape-string' && previous === backslash) {
      previous = 0;
      return;
    }
    if (state === 'name') append(char);
    else if (literals === 1 && literal.length < longestLiteral) literal += char;
    if (state === 'name') {
      if (byte === 34) state = 'sql';
    } else if (byte === quote) {
      state = 'sql';
      joint.open();
    }
    previous = byte;
  };
  const append = (char: string): void => {
    if (text.length < longestStatement) text += char;
  };
  const readBlockComment = (byte: number): void => {
    if (previous === 42 && byte === 47) {
      comments -= 1;
      if (comments === 0) state = 'sql';
      previous = 0;
      return;
    } else if (previous === 47 && byte === 42) {
      comments += 1;
      previous = 0;
      return;
    }
    previous = byte;
  };
  const readDollar = (char: string): void => {
    tail = `${tail}${char}`.slice(-tag.length);
    if (tail === tag) state = 'sql';
    previous = 0;
  };
  /** At `$`: a tag when what came before since the last `$` is one. */
  const dollarTag = (): string | undefined =>
    /(?:^|[^A-Za-z0-9_\u0080-\u00ff$])(\$(?:[A-Za-z_\u0080-\u00ff][A-Za-z0-9_\u0080-\u00ff]*)?\$)$/.exec(
      text.slice(-80),
    )?.[1];

  /** A string or comment begins. */
  const opens = (byte: number, lastWord: string): boolean => {
    if (byte === quote) {
      // A doubled quote goes on with the string that it seemed to end.
      if (previous !== quote && !joint.isJoined()) {
        stringKind = escapes || /^e$/i.test(lastWord) ? 'escape-string' : 'string';
        literals += 1;
      }
      state = stringKind;
      append(' ');
      previous = 0;
      return true;
    }
    if (byte === 45 && previous === 45) {
      text = text.slice(0, -1);
      joint.comment();
      state = 'line-comment';
      return true;
    }
    if (byte === 42 && previous === 47) {
      text = text.slice(0, -1);
      comments = 1;
      state = 'block-comment';
      previous = 0;
      return true;
    }
    return false;
  };
  /** A quoted name, a parenthesis or a dollar quote begins or ends. */
  const nest = (byte: number): void => {
    if (byte === 34) {
      state = 'name';
      previous = 0;
    } else if (byte === 40) parentheses += 1;
    else if (byte === 41) parentheses = Math.max(0, parentheses - 1);
    else if (byte === 36) {
      const found = dollarTag();
      if (found === undefined) return;
      text = text.slice(0, -found.length);
      tag = found;
      tail = '';
      state = 'dollar';
    }
  };

  const readSql = (byte: number, char: string): void => {
    if (word.test(char)) {
      joint.read(byte);
      if (token.length < longestWord) token += char;
      append(char);
      previous = byte;
      return;
    }
    const lastWord = token;
    endWord();
    if (byte === newline && copyPending && text.trim() === '') {
      text = '';
      startCopy();
      return;
    }
    if (opens(byte, lastWord)) return;
    joint.read(byte);
    if (byte === 59 && parentheses === 0 && bodies === 0) {
      previous = byte;
      endStatement();
      return;
    }
    append(char);
    previous = byte;
    nest(byte);
  };

  /** Reads the byte order mark that a script may begin with; returns where SQL begins. */
  const readMark = (chunk: Buffer): number => {
    let at = 0;
    for (; at < chunk.length && chunk[at] === byteOrderMark[marked]; at += 1) {
      marked += 1;
      if (blankCommands) chunk[at] = blank;
    }
    if (at < chunk.length) marked = byteOrderMark.length;
    return at;
  };

  /** Reads a byte of a backslash command, or the backslash that begins it. */
  const readCommand = (byte: number, char: string, chunk: Buffer): void => {
    if (state === 'sql') {
      endWord();
      state = 'command';
      commandText = '';
    } else if (byte === newline) {
      state = 'sql';
      events.command(commandText.trim());
      return;
    } else if (commandText.length < longestCommand) commandText += char;
    if (blankCommands) chunk[position] = blank;
  };
  /** Reads the byte at `position`, which is in no data of a COPY. */
  const readByte = (byte: number, char: string, chunk: Buffer): void => {
    if (state === 'command' || (state === 'sql' && byte === backslash)) readCommand(byte, char, chunk);
    else if (state === 'sql') readSql(byte, char);
    else if (state === 'line-comment') {
      if (byte !== newline && byte !== carriageReturn) return;
      state = 'sql';
      readSql(byte, char);
    } else if (state === 'block-comment') readBlockComment(byte);
    else if (state === 'dollar') readDollar(char);
    else readQuoted(byte, char);
  };

  return {
    atRest: () => (state === 'sql' || state === 'line-comment') && text.trim() === '' && !copyPending,
    write: (chunk) => {
      insertions = [];
      let at = readMark(chunk);
      while (at < chunk.length) {
        if (state === 'copy') {
          at = readCopy(chunk, at);
          continue;
        }
        statementBytes += 1;
        if (statementBytes > longestSent) events.endless();
        position = at;
        const byte = chunk[at] ?? 0;
        readByte(byte, String.fromCharCode(byte), chunk);
        at += 1;
      }
      return insertions;
    },
  };
}
