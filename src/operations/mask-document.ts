import { isSecretName } from '../model/redact.ts';
import type { SecretMask } from './mask-secrets.ts';

/** Fields with words of our own: somebody's password may be `error`. */
const ownWords = new Set(['severity', 'state', 'health', 'mode', 'engine', 'kind', 'id', 'code']);

/**
 * The document with every secret in its texts replaced. Texts are masked before they are written as JSON, which would
 * put a backslash into a secret with a quote.
 */
export function maskDocument(value: unknown, mask: SecretMask, key = ''): unknown {
  if (typeof value === 'string') return maskText(value, mask, key);
  if (Array.isArray(value)) return value.map((item) => maskDocument(item, mask, key));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [mask.mask(name), maskDocument(field, mask, name)]),
  );
}

/** Names of the secrets that a masked document still holds. */
export function leaksOfDocument(value: unknown, mask: SecretMask, key = ''): readonly string[] {
  if (typeof value === 'string') return ownWords.has(key) ? [] : mask.leaks(value);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => [
    ...(Array.isArray(value) ? [] : mask.leaks(name)),
    ...leaksOfDocument(field, mask, Array.isArray(value) ? key : name),
  ]);
}

function maskText(text: string, mask: SecretMask, key: string): string {
  if (ownWords.has(key)) return text;
  return isSecretName(key) && text !== '' ? `<secret:${key}>` : mask.mask(text);
}
