/** What a value in a Compose file may look like. Plain data, so that a file of any size is checked in one walk. */
export type Shape =
  | { readonly kind: 'text' | 'scalar' | 'number' | 'integer' | 'boolean' | 'duration' | 'size' }
  | { readonly kind: 'choice'; readonly values: readonly string[]; readonly unsupported: readonly string[] }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'nullable'; readonly of: Shape }
  | ObjectShape
  | { readonly kind: 'either'; readonly shapes: readonly Shape[] }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'ignored'; readonly because: string };

export interface ObjectShape {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
  /** False refuses `x-…` keys too. */
  readonly extensible: boolean;
}

export const text: Shape = { kind: 'text' };
export const scalar: Shape = { kind: 'scalar' };
export const number: Shape = { kind: 'number' };
export const integer: Shape = { kind: 'integer' };
export const boolean: Shape = { kind: 'boolean' };
export const duration: Shape = { kind: 'duration' };
export const size: Shape = { kind: 'size' };

/** Known to the specification, not honoured by orq. */
export const unsupported: Shape = { kind: 'unsupported' };

/** Accepted with a warning, because it means nothing to what orq does. */
export function ignored(because: string): Shape {
  return { kind: 'ignored', because };
}

/** One of some words; `unsupported` words are valid but not honoured. */
export function choice(values: readonly string[], unsupportedValues: readonly string[] = []): Shape {
  return { kind: 'choice', values, unsupported: unsupportedValues };
}

export function list(of: Shape): Shape {
  return { kind: 'list', of };
}

export function map(of: Shape): Shape {
  return { kind: 'map', of };
}

export function nullable(of: Shape): Shape {
  return { kind: 'nullable', of };
}

/** The first shape whose YAML kind (scalar, list, map) fits is the one that is checked. */
export function either(...shapes: readonly Shape[]): Shape {
  return { kind: 'either', shapes };
}

/** A map with known keys; `x-…` keys are allowed. */
export function object(fields: ObjectShape['fields'], required: readonly string[] = []): ObjectShape {
  return { kind: 'object', fields, required, extensible: true };
}

/** A map with known keys and nothing else. */
export function closed(fields: ObjectShape['fields'], required: readonly string[] = []): ObjectShape {
  return { kind: 'object', fields, required, extensible: false };
}

/** The same shape for several keys. */
export function all(keys: string, shape: Shape): Record<string, Shape> {
  return Object.fromEntries(keys.split(' ').map((key) => [key, shape]));
}
