import { blockComment } from './block-comment.ts';
import { byteOrderMark } from './byte-order-mark.ts';
import { copyBlock } from './copy-block.ts';
import { dollarQuote } from './dollar-quote.ts';
import type { Insertion, Lexer, LexerEvents, LexerOptions } from './lexer-events.ts';
import { escapesAfter } from './string-escapes.ts';
import { stringJoint } from './string-joint.ts';

/** Bytes of a statement with all its literals. pg_dump's own are far shorter: data of tables comes in COPY blocks. */
const longestSent = 256 << 20;

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
  let parentheses = 0;
  let bodies = 0;
  let previous = 0;
  let copyStatement = '';
  let copyPending = false;
  let stringKind: State = 'string';
  let readData = copyBlock();
  const joint = stringJoint();
  const dollar = dollarQuote();
  const comment = blockComment();
  const readMark = byteOrderMark();
  let statementBytes = 0;
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
    if (!comment.ends(byte)) return;
    state = 'sql';
    previous = 0;
  };
  const readDollar = (char: string): void => {
    if (dollar.ends(char)) state = 'sql';
    previous = 0;
  };

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
      comment.open();
      state = 'block-comment';
      return true;
    }
    return false;
  };
  /** A quoted name or a parenthesis begins or ends. */
  const nest = (byte: number): void => {
    if (byte === 34) {
      state = 'name';
      previous = 0;
    } else if (byte === 40) parentheses += 1;
    else if (byte === 41) parentheses = Math.max(0, parentheses - 1);
  };

  const readSql = (byte: number, char: string): void => {
    const tag = dollar.begins(char);
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
    if (tag === undefined) return nest(byte);
    text = text.slice(0, -tag.length);
    state = 'dollar';
  };

  /** Reads a byte of a backslash command, or the backslash that begins it. */
  const readCommand = (byte: number, char: string, chunk: Buffer): void => {
    if (state === 'sql') {
      endWord();
      state = 'command';
      commandText = '';
    } else if (byte === newline) {
      state = 'sql';
      dollar.begins(char);
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
      if (blankCommands) chunk.fill(blank, 0, at);
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
