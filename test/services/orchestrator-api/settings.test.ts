import { expect, test } from 'vitest';
import { readSettings } from '../../../src/services/orchestrator-api/settings.ts';

const DATABASE_URL = 'postgresql://localhost/x';

test('debug mode makes a secret anew at each start', () => {
  const [one, two] = [readSettings({ DATABASE_URL }), readSettings({ DATABASE_URL })];
  expect(one.secret).not.toBe(two.secret);
  expect(one.secret.length).toBeGreaterThan(40);
});

test('production starts with no secret that nobody gave', () => {
  expect(() => readSettings({ DATABASE_URL, ORQ_MODE: 'production' })).toThrow(/ORCHESTRATOR_SECRET/);
  const ORCHESTRATOR_SECRET = 'x'.repeat(32);
  expect(() => readSettings({ DATABASE_URL, ORQ_MODE: 'production', ORCHESTRATOR_SECRET })).toThrow(
    /ORCHESTRATOR_ADMIN_PASSWORD/,
  );
});

test('every wrong variable is named', () => {
  expect(() => readSettings({ PORT: 'x' })).toThrow(/PORT/);
});
