import { InvalidArgumentError, Option } from 'commander';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `90`, `90s`, `1m30s` or `500ms` in milliseconds; a bare number is seconds. */
export function parseDuration(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new InvalidArgumentError('Expected a duration such as 90s, 2m or 500ms.');
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0);
}

/** An option whose value is milliseconds; help shows the usual one as it is written, e.g. `120s`. */
export function durationOption(flags: string, description: string, usual: string): Option {
  return new Option(flags, description).argParser(parseDuration).default(parseDuration(usual), usual);
}

/** A time as RFC 3339, or a duration before now (`10m`). */
export function parseMoment(text: string): Date {
  const date = new Date(text);
  if (/^\d{4}-/.test(text)) {
    if (!Number.isNaN(date.getTime())) return date;
    throw new InvalidArgumentError('Expected a time such as 2026-01-31T12:00:00Z.');
  }
  return new Date(Date.now() - parseDuration(text));
}
