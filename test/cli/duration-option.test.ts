import { expect, test } from 'vitest';
import { parseMoment } from '../../src/cli/duration-option.ts';

test('a moment is a date, or a duration before now', () => {
  expect(parseMoment('2026-01-31T12:00:00Z').toISOString()).toBe('2026-01-31T12:00:00.000Z');
  expect(Date.now() - parseMoment('2m').getTime()).toBeGreaterThanOrEqual(120_000);
  expect(() => parseMoment('2026-13-45')).toThrow('Expected a time');
  expect(() => parseMoment('yesterday')).toThrow('Expected a duration');
});
