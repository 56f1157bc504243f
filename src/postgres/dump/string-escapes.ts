const name = '"?standard_conforming_strings"?';
const set = new RegExp(
  `^\\s*set\\s+(?:session\\s+|local\\s+)?${name}(?:\\s*=\\s*|\\s+to\\s+)(\\w*)\\s*$`,
  'i',
);
const reset = new RegExp(`^\\s*(?:reset\\s+(?:${name}|all)|discard\\s+all)\\s*$`, 'i');
/** Every beginning of a word for false that the server takes. */
const off = /^(of|off|f|fa|fal|fals|false|n|no|0)$/i;

/**
 * Whether backslashes escape in plain strings after a statement; undefined when it does not say. `literal` is its first
 * string literal with the quote that ends it.
 */
export function escapesAfter(statement: string, literal: string): boolean | undefined {
  if (reset.test(statement)) return false;
  const [, word] = set.exec(statement) ?? [];
  return word === undefined ? undefined : off.test(word === '' ? literal.slice(0, -1) : word);
}
