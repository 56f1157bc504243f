import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { memorySessions } from '../../../src/services/orchestrator-api/auth/memory-sessions.ts';
import { nowInSeconds, refreshSeconds } from '../../../src/services/orchestrator-api/auth/session-store.ts';

const later = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1000);
const login = () => ({ userId: 1, sessionId: 'a', since: nowInSeconds() });

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

test('a token is good for the pages of a moment; later it is stolen, and ends the session with all its tokens', async () => {
  const sessions = memorySessions();
  const session = login();
  await sessions.keep('old', session);
  expect(await sessions.take('old')).toEqual(session);
  await sessions.keep('new', session);
  later(5);
  expect(await sessions.take('old')).toEqual(session);
  later(6);
  expect(await sessions.isRevoked(session)).toBe(false);
  expect(await sessions.take('old')).toBeUndefined();
  expect(await sessions.isRevoked(session)).toBe(true);
  expect(await sessions.take('new')).toBeUndefined();
});

test('a token runs out, and an unknown one is nobody’s', async () => {
  const sessions = memorySessions();
  await sessions.keep('token', login());
  expect(await sessions.take('other')).toBeUndefined();
  later(refreshSeconds + 1);
  expect(await sessions.take('token')).toBeUndefined();
});

test('a user who is revoked loses the logins of before and keeps those of after', async () => {
  const sessions = memorySessions();
  const before = login();
  later(1);
  await sessions.revokeUser(1);
  later(1);
  expect(await sessions.isRevoked(before)).toBe(true);
  expect(await sessions.isRevoked(login())).toBe(false);
  expect(await sessions.isRevoked({ ...before, userId: 2 })).toBe(false);
});
