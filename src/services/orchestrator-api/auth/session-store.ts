/** A login, which lasts through all its refreshes. */
export interface Session {
  readonly userId: number;
  readonly sessionId: string;
  /** Seconds since 1970 of the login. */
  readonly since: number;
}

/** Refresh tokens and revocations. Every method may throw SESSIONS_UNAVAILABLE. */
export interface SessionStore {
  /** Keeps a refresh token, of which only a digest is stored. */
  keep(token: string, session: Session): Promise<void>;
  /**
   * Takes a token out: each is good for one refresh, and for a few seconds more, because a page may have left before it
   * got the new one, or two pages ask at once. One that comes later was stolen by somebody: it ends the session.
   */
  take(token: string): Promise<Session | undefined>;
  /** No token of the login is good any more. */
  revoke(sessionId: string): Promise<void>;
  /** Revokes every login that a user has now. */
  revokeUser(userId: number): Promise<void>;
  isRevoked(session: Session): Promise<boolean>;
  /** Undefined when it answers, else one sentence. */
  check(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Seconds that a refresh token is good for. */
export const refreshSeconds = 7 * 24 * 3600;

/** Seconds since 1970. */
export function nowInSeconds(): number {
  return Date.now() / 1000;
}

const sameTimeSeconds = 10;

/** Whether a token that was taken comes again too late to be that of a page. */
export function isStolen(takenAt: number): boolean {
  return nowInSeconds() - takenAt > sameTimeSeconds;
}
