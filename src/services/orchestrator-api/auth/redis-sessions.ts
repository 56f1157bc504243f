import type { Redis } from 'ioredis';
import { z } from 'zod';
import { messageOf, OrqError } from '../../../model/errors.ts';
import { digest } from './memory-sessions.ts';
import { isStolen, nowInSeconds, refreshSeconds, type Session, type SessionStore } from './session-store.ts';

const prefix = 'platform:session:';
const key = {
  token: (token: string) => `${prefix}token:${digest(token)}`,
  taken: (token: string) => `${prefix}taken:${digest(token)}`,
  revoked: (sessionId: string) => `${prefix}revoked:${sessionId}`,
  user: (userId: number) => `${prefix}user:${userId}`,
};
const stored = z.object({ userId: z.number(), sessionId: z.string(), since: z.number() });
const taken = stored.extend({ takenAt: z.number() });

/** Sessions in Redis: they outlive the API and end everywhere at once. */
export function redisSessions(redis: Redis): SessionStore {
  const keep = (name: string, value: string): Promise<void> =>
    answered(async () => void (await redis.set(name, value, 'EX', refreshSeconds)));
  return {
    keep: (token, session) => keep(key.token(token), JSON.stringify(session)),
    take: (token) => answered(() => takeToken(redis, token)),
    revoke: (sessionId) => keep(key.revoked(sessionId), '1'),
    revokeUser: (userId) => keep(key.user(userId), String(nowInSeconds())),
    isRevoked: (session) => answered(() => isRevoked(redis, session)),
    check: () =>
      redis.ping().then(
        () => undefined,
        (error: Error) => `Redis does not answer: ${error.message}`,
      ),
    close: async () => redis.disconnect(),
  };
}

async function takeToken(redis: Redis, token: string): Promise<Session | undefined> {
  const text = await redis.getdel(key.token(token));
  if (text === null) return takeAgain(redis, token);
  const session = stored.parse(JSON.parse(text));
  const trace = JSON.stringify({ ...session, takenAt: nowInSeconds() });
  await redis.set(key.taken(token), trace, 'EX', refreshSeconds);
  return (await isRevoked(redis, session)) ? undefined : session;
}

async function takeAgain(redis: Redis, token: string): Promise<Session | undefined> {
  const text = await redis.get(key.taken(token));
  if (text === null) return undefined;
  const { takenAt, ...session } = taken.parse(JSON.parse(text));
  if (isStolen(takenAt)) await redis.set(key.revoked(session.sessionId), '1', 'EX', refreshSeconds);
  return (await isRevoked(redis, session)) ? undefined : session;
}

async function isRevoked(redis: Redis, { userId, sessionId, since }: Session): Promise<boolean> {
  const [login, user] = await redis.mget(key.revoked(sessionId), key.user(userId));
  return typeof login === 'string' || since < Number(user ?? 0);
}

async function answered<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new OrqError({
      code: 'SESSIONS_UNAVAILABLE',
      message: 'Sessions cannot be looked up: Redis does not answer.',
      detail: messageOf(cause),
      cause,
    });
  }
}
