const part = `("(?:[^"]|"")+"|[^\\s".(]+)`;
const target = new RegExp(`^\\s*copy\\s+${part}(?:\\s*\\.\\s*${part})?`, 'i');
const qualified = new RegExp(`^${part}\\.${part}$`);

/** Schema and table of a COPY statement, joined by a line feed as {@link tableKey} does; undefined for others. */
export function copyTarget(statement: string): string | undefined {
  const [, first, second] = target.exec(statement) ?? [];
  if (first === undefined) return undefined;
  return second === undefined
    ? tableKey('public', unquoted(first))
    : tableKey(unquoted(first), unquoted(second));
}

/** What `setval` in a dump is told: the sequence, as {@link tableKey} has it, and where it stands. */
export interface SequenceSetting {
  readonly key: string;
  readonly lastValue: string;
  readonly isCalled: boolean;
}

const setval = /^\s*select\s+pg_catalog\.setval\(\s*(e?)\s*,\s*(-?\d+)\s*,\s*(true|false)\s*\)\s*$/i;

/** The sequence that a statement of pg_dump sets; `literal` is its first string literal. Undefined for others. */
export function sequenceSetting(statement: string, literal: string): SequenceSetting | undefined {
  const [, escaped, lastValue, isCalled] = setval.exec(statement) ?? [];
  if (lastValue === undefined) return undefined;
  // The lexer hands on the quote that ends it.
  const text = literal.slice(0, -1);
  const [, schema, name] = qualified.exec(escaped === '' ? text : text.replaceAll('\\\\', '\\')) ?? [];
  if (schema === undefined || name === undefined) return undefined;
  return { key: tableKey(unquoted(schema), unquoted(name)), lastValue, isCalled: isCalled === 'true' };
}

/** A table as a key of maps. */
export function tableKey(schema: string, name: string): string {
  return `${schema}\n${name}`;
}

/** The lexer reads bytes as Latin-1. */
function unquoted(name: string): string {
  const bytes = Buffer.from(name, 'latin1').toString('utf8');
  return bytes.startsWith('"') ? bytes.slice(1, -1).replaceAll('""', '"') : bytes;
}
