import { isFailure, substitute, type Lookup } from './interpolation.ts';
import type { Report } from './problems.ts';

/** Where the variables of an environment file come from and go to. */
export interface EnvFileContext {
  readonly file: string;
  /** Variables from outside the file; they win over the file's own while it is expanded. */
  readonly lookup: Lookup;
  readonly report: Report;
}

interface Statement {
  readonly line: number;
  readonly key: string;
  /** Absent for a bare `KEY`. */
  readonly value?: { readonly written: string; readonly quote: '' | '"' | "'" };
}

const statementPattern = /(?:export[ \t]+)?([\w.\-[\]]+)[ \t]*/y;
const quotedPattern = /"((?:\\[^]|[^"\\])*)"|'((?:\\'|[^'])*)'/y;

/** Variables of an environment file by Docker's quoting rules; a bare `KEY` takes its value from outside. */
export function parseEnvFile(source: string, context: EnvFileContext): Map<string, string> {
  const variables = new Map<string, string>();
  for (const statement of readStatements(source.replaceAll('\r\n', '\n'), context)) {
    const value = evaluate(statement, variables, context);
    if (value !== undefined) variables.set(statement.key, value);
  }
  return variables;
}

/** Variables of a file in `format: raw`: everything after `=` is the value. */
export function parseRawEnvFile(source: string, { lookup }: EnvFileContext): Map<string, string> {
  const variables = new Map<string, string>();
  for (const line of source.split(/\r?\n/)) {
    const trimmed = line.trimStart();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const equals = trimmed.indexOf('=');
    const key = equals === -1 ? trimmed.trimEnd() : trimmed.slice(0, equals);
    const value = equals === -1 ? lookup(key) : trimmed.slice(equals + 1);
    if (value !== undefined) variables.set(key, value);
  }
  return variables;
}

function readStatements(source: string, context: EnvFileContext): Statement[] {
  const statements: Statement[] = [];
  let at = source.startsWith('\uFEFF') ? 1 : 0;
  while (at < source.length) {
    at = skipBlank(source, at);
    if (at >= source.length) break;
    const read = readStatement(source, at);
    if (typeof read === 'string') reportLine(read, lineAt(source, at), context);
    else statements.push(read.statement);
    at = typeof read === 'string' ? endOfLine(source, at) : read.end;
  }
  return statements;
}

function readStatement(source: string, at: number): { statement: Statement; end: number } | string {
  statementPattern.lastIndex = at;
  const match = statementPattern.exec(source);
  const line = lineAt(source, at);
  const [whole = '', key = ''] = match ?? [];
  if (match === null) return 'a line must look like KEY=VALUE';
  const next = source[at + whole.length];
  if (next === undefined || next === '\n' || next === '#') {
    return { statement: { line, key }, end: endOfLine(source, at) };
  }
  if (next !== '=' && next !== ':') return `"${next}" is not allowed in a variable name`;
  const value = readValue(source, skipSpaces(source, at + whole.length + 1));
  return typeof value === 'string' ? value : { statement: { line, key, value }, end: value.end };
}

type ReadValue = Required<Statement>['value'] & { readonly end: number };

function readValue(source: string, at: number): ReadValue | string {
  const quote = source[at];
  const end = endOfLine(source, at);
  if (quote !== '"' && quote !== "'") {
    const written = source.slice(at, end).split(' #')[0]?.trimEnd() ?? '';
    return { written, quote: '', end };
  }
  quotedPattern.lastIndex = at;
  const match = quotedPattern.exec(source);
  if (match === null) return 'the quote is not closed';
  const after = at + match[0].length;
  const rest = source.slice(after, endOfLine(source, after)).trim();
  if (rest !== '' && !rest.startsWith('#')) return 'something follows the closing quote';
  return { written: match[1] ?? match[2] ?? '', quote, end: endOfLine(source, after) };
}

function evaluate(
  { key, value, line }: Statement,
  variables: ReadonlyMap<string, string>,
  context: EnvFileContext,
): string | undefined {
  if (value === undefined) return context.lookup(key);
  if (value.quote === "'") return value.written.replaceAll("\\'", "'");
  const template = value.quote === '"' ? unescape(value.written) : value.written;
  const result = substitute(template, (name) => context.lookup(name) ?? variables.get(name));
  if (!isFailure(result)) return result.text;
  reportLine(result.message, line, context);
  return undefined;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  c: '',
  '"': '"',
  '\\': '\\',
  $: '$$',
};

function unescape(written: string): string {
  return written.replaceAll(/\\([^])/g, (whole, letter: string) => escapes[letter] ?? whole);
}

function skipBlank(source: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < source.length && /\s/.test(source[at] ?? '')) at++;
    if (source[at] !== '#') return at;
    at = endOfLine(source, at);
  }
}

function skipSpaces(source: string, from: number): number {
  let at = from;
  while (source[at] === ' ' || source[at] === '\t') at++;
  return at;
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf('\n', at);
  return end === -1 ? source.length : end;
}

function lineAt(source: string, at: number): number {
  return source.slice(0, at).split('\n').length;
}

function reportLine(message: string, line: number, { report, file }: EnvFileContext): void {
  report({ code: 'ENV_FILE_INVALID', message, position: { file, line } });
}
