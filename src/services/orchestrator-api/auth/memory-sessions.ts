import { createHash } from 'node:crypto';
import { nowInSeconds, refreshSeconds, type Session, type SessionStore } from './session-store.ts';

/** Sessions of one process, for a profile without Redis; a restart ends them. */
export function memorySessions(): SessionStore {
  const tokens = new Map<string, Session & { readonly until: number }>();
  const revoked = new Set<string>();
  const revokedUsers = new Map<number, number>();
  const isRevoked = ({ userId, sessionId, since }: Session): boolean =>
    revoked.has(sessionId) || since < (revokedUsers.get(userId) ?? 0);
  return {
    keep: async (token, session) => {
      for (const [key, { until }] of tokens) if (until < nowInSeconds()) tokens.delete(key);
      tokens.set(digest(token), { ...session, until: nowInSeconds() + refreshSeconds });
    },
    take: async (token) => {
      const found = tokens.get(digest(token));
      tokens.delete(digest(token));
      return found === undefined || found.until < nowInSeconds() || isRevoked(found) ? undefined : found;
    },
    revoke: async (sessionId) => void revoked.add(sessionId),
    revokeUser: async (userId) => void revokedUsers.set(userId, nowInSeconds()),
    isRevoked: async (session) => isRevoked(session),
    check: async () => undefined,
    close: async () => undefined,
  };
}

/** What is stored of a refresh token. */
export function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
