import { createHash } from 'node:crypto';
import { isStolen, nowInSeconds, refreshSeconds, type Session, type SessionStore } from './session-store.ts';

interface Token extends Session {
  readonly takenAt?: number;
}

/** Sessions of one process, for a profile without Redis; a restart ends them. */
export function memorySessions(): SessionStore {
  const tokens = expiringMap<string, Token>();
  const revoked = expiringMap<string, true>();
  const revokedUsers = expiringMap<number, number>();
  const isRevoked = ({ userId, sessionId, since }: Session): boolean =>
    revoked.get(sessionId) === true || since < (revokedUsers.get(userId) ?? 0);
  return {
    keep: async (token, session) => tokens.set(digest(token), session),
    take: async (token) => {
      const found = tokens.get(digest(token));
      if (found === undefined || isRevoked(found)) return undefined;
      const { takenAt = nowInSeconds(), ...session } = found;
      if (isStolen(takenAt)) return void revoked.set(session.sessionId, true);
      tokens.set(digest(token), { ...session, takenAt });
      return session;
    },
    revoke: async (sessionId) => revoked.set(sessionId, true),
    revokeUser: async (userId) => revokedUsers.set(userId, nowInSeconds()),
    isRevoked: async (session) => isRevoked(session),
    check: async () => undefined,
    close: async () => undefined,
  };
}

/** A map that forgets what no refresh token can refer to any more. */
function expiringMap<Key, Value>() {
  const entries = new Map<Key, { readonly value: Value; readonly until: number }>();
  return {
    get: (key: Key): Value | undefined => {
      const entry = entries.get(key);
      return entry === undefined || entry.until < nowInSeconds() ? undefined : entry.value;
    },
    set: (key: Key, value: Value): void => {
      for (const [known, { until }] of entries) if (until < nowInSeconds()) entries.delete(known);
      entries.set(key, { value, until: nowInSeconds() + refreshSeconds });
    },
  };
}

/** What is stored of a refresh token. */
export function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
