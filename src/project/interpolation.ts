/** Looks a variable up; undefined means that it is not set. */
export type Lookup = (name: string) => string | undefined;

interface Substitution {
  readonly text: string;
  /** Variables that were not set and had no default. */
  readonly unset: readonly string[];
}

/** Why an expression could not be replaced. */
export interface SubstitutionFailure {
  readonly kind: 'malformed' | 'missing';
  readonly message: string;
}

export type SubstitutionResult = Substitution | SubstitutionFailure;

/** Tells a failure from a result. */
export function isFailure(result: SubstitutionResult): result is SubstitutionFailure {
  return 'kind' in result;
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*/;
const operatorPattern = /^(?::[-?+]|[-?+])/;

/** Replaces `$A`, `${A}`, `${A:-b}` and the other forms of the Compose Specification; `$$` is a dollar sign. */
export function substitute(template: string, lookup: Lookup): SubstitutionResult {
  const unset: string[] = [];
  let result = '';
  let at = 0;
  while (at < template.length) {
    const dollar = template.indexOf('$', at);
    if (dollar === -1) return { text: result + template.slice(at), unset };
    result += template.slice(at, dollar);
    const piece = expandOne(template, dollar, lookup);
    if ('kind' in piece) return piece;
    result += piece.text;
    unset.push(...piece.unset);
    at = piece.end;
  }
  return { text: result, unset };
}

interface Piece extends Substitution {
  readonly end: number;
}

function expandOne(template: string, dollar: number, lookup: Lookup): Piece | SubstitutionFailure {
  const rest = template.slice(dollar + 1);
  if (rest.startsWith('$')) return { text: '$', unset: [], end: dollar + 2 };
  if (rest.startsWith('{')) return expandBraces(template, dollar, lookup);
  const name = namePattern.exec(rest)?.[0];
  // A dollar sign that starts no name stands for itself, as in a price or a pattern.
  if (name === undefined) return { text: '$', unset: [], end: dollar + 1 };
  return { ...plainValue(name, lookup), end: dollar + 1 + name.length };
}

function expandBraces(template: string, dollar: number, lookup: Lookup): Piece | SubstitutionFailure {
  const close = closingBrace(template, dollar + 2);
  if (close === -1) return malformed(template);
  const body = template.slice(dollar + 2, close);
  const name = namePattern.exec(body)?.[0];
  if (name === undefined) return malformed(template);
  const result = expandBody(name, body.slice(name.length), lookup);
  if (result === undefined) return malformed(template);
  return 'kind' in result ? result : { ...result, end: close + 1 };
}

function expandBody(name: string, rest: string, lookup: Lookup): SubstitutionResult | undefined {
  if (rest === '') return plainValue(name, lookup);
  const operator = operatorPattern.exec(rest)?.[0];
  if (operator === undefined) return undefined;
  return applyOperator({ name, operator, word: rest.slice(operator.length) }, lookup);
}

interface Expression {
  readonly name: string;
  /** One of `:-` `-` `:?` `?` `:+` `+`. */
  readonly operator: string;
  readonly word: string;
}

function applyOperator({ name, operator, word }: Expression, lookup: Lookup): SubstitutionResult {
  const value = lookup(name);
  const present = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  if (operator.endsWith('+')) return present ? substitute(word, lookup) : { text: '', unset: [] };
  if (present) return { text: value ?? '', unset: [] };
  if (operator.endsWith('-')) return substitute(word, lookup);
  const reason = substitute(word, lookup);
  if (isFailure(reason)) return reason;
  const said = reason.text === '' ? '' : `: ${reason.text}`;
  return { kind: 'missing', message: `the required variable ${name} is not set${said}` };
}

/** The variable that a failure of kind `missing` is about. */
export function missingVariable(message: string): string | undefined {
  return /^the required variable (\w+) is not set/.exec(message)?.[1];
}

function plainValue(name: string, lookup: Lookup): Substitution {
  const value = lookup(name);
  return value === undefined ? { text: '', unset: [name] } : { text: value, unset: [] };
}

// Braces nest only as part of `${`: in `${A:-{}` the default is `{`.
function closingBrace(template: string, from: number): number {
  let depth = 1;
  for (let at = from; at < template.length; at++) {
    if (template.startsWith('$$', at)) at++;
    else if (template.startsWith('${', at)) [depth, at] = [depth + 1, at + 1];
    else if (template[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

function malformed(template: string): SubstitutionFailure {
  return {
    kind: 'malformed',
    message: `the expression "${template}" is malformed; write $$ for a dollar sign`,
  };
}
