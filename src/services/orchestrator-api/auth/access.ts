import type { FastifyInstance, FastifyRequest } from 'fastify';
import { OrqError } from '../../../model/errors.ts';
import type { SessionStore } from './session-store.ts';

export type Role = 'admin' | 'user';

/** Who may call a route; a route that does not say is for administrators. */
type Access = 'public' | Role;

/** What an access token says. */
interface Claims {
  readonly sub: number;
  readonly name: string;
  readonly role: Role;
  readonly sid: string;
  readonly since: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: Claims;
    user: Claims & { readonly exp: number };
  }
}

/** Checks every request before anything else of it is read. */
export function guardRoutes(app: FastifyInstance, sessions: SessionStore): void {
  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access ?? 'admin';
    if (access === 'public' || request.routeOptions.url === undefined) return;
    await authenticate(request, sessions);
    if (access === 'admin' && request.user.role !== 'admin')
      throw new OrqError({ code: 'FORBIDDEN', message: 'Only administrators may do that.' });
  });
}

async function authenticate(request: FastifyRequest, sessions: SessionStore): Promise<void> {
  try {
    await request.jwtVerify();
  } catch {
    throw new OrqError({ code: 'UNAUTHENTICATED', message: 'Log in first.' });
  }
  if (!(await isStillGood(request, sessions)))
    throw new OrqError({ code: 'UNAUTHENTICATED', message: 'This session has ended.' });
}

/**
 * Whether the session of a request, which may last long, has neither run out nor been ended. While Redis is away a token
 * is good until it runs out, a few minutes: pages go on to show what is wrong.
 */
export async function isStillGood({ user }: FastifyRequest, sessions: SessionStore): Promise<boolean> {
  const { sub: userId, sid: sessionId, since, exp } = user;
  if (exp * 1000 <= Date.now()) return false;
  return !(await sessions.isRevoked({ userId, sessionId, since }).catch(() => false));
}

/** Rows of one's own, or all for an administrator: the value of an owner filter. */
export function ownerFilter({ user }: FastifyRequest): number | undefined {
  return user.role === 'admin' ? undefined : user.sub;
}
