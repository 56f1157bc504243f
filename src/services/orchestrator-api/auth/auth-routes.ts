import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OrqError } from '../../../model/errors.ts';
import type { ApiServer } from '../server/api-server.ts';
import type { Platform } from '../platform.ts';
import type { Role } from './access.ts';
import { isPublished } from './first-accounts.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { nowInSeconds, refreshSeconds, type Session } from './session-store.ts';

const cookie = 'orq_refresh';
const cookieOptions = { path: '/', httpOnly: true, sameSite: 'strict' } as const;

const credentials = z.object({ username: z.string().min(1).max(255), password: z.string().min(1).max(1024) });
/** The token of `/auth/csrf`. */
const csrfHeader = z.looseObject({ 'x-csrf-token': z.string().optional() });
const identity = z.object({ id: z.number().int(), username: z.string(), role: z.enum(['admin', 'user']) });
const loggedIn = z.object({ accessToken: z.string(), expiresIn: z.number().int(), user: identity });

interface Account extends Record<string, unknown> {
  readonly id: number;
  readonly username: string;
  readonly role: Role;
  readonly password: string;
}

/** Login, refresh, logout, and who one is. */
export function authRoutes(app: ApiServer, platform: Platform): void {
  const { sessions, settings } = platform;
  const tags = ['auth'];
  const limit = { max: settings.LOGIN_LIMIT, timeWindow: '1 minute' };
  const limitGuesses = guessLimit(app, settings.LOGIN_LIMIT);

  app.post(
    '/auth/login',
    {
      config: { access: 'public', rateLimit: limit },
      schema: { tags, body: credentials, response: { 200: loggedIn } },
      preHandler: limitGuesses,
    },
    async (request, reply) => {
      const account = await findAccount(platform, request.body);
      const since = nowInSeconds();
      return issue(platform, reply, {
        account,
        session: { userId: account.id, sessionId: newToken(), since },
      });
    },
  );

  app.get(
    '/auth/csrf',
    { config: { access: 'public' }, schema: { tags, response: { 200: z.object({ token: z.string() }) } } },
    async (_request, reply) => ({ token: reply.generateCsrf() }),
  );

  app.post(
    '/auth/refresh',
    {
      config: { access: 'public' },
      schema: { tags, headers: csrfHeader, response: { 200: loggedIn } },
      preHandler: (request, reply, done) => app.csrfProtection(request, reply, done),
    },
    async (request, reply) => {
      const session = await sessions.take(refreshToken(request));
      if (session === undefined)
        throw new OrqError({ code: 'UNAUTHENTICATED', message: 'This session has ended.' });
      const account = await accountById(platform, session.userId);
      return issue(platform, reply, { account, session });
    },
  );

  app.post(
    '/auth/logout',
    { config: { access: 'user' }, schema: { tags, response: { 204: z.null() } } },
    async (request, reply) => {
      await sessions.revoke(request.user.sid);
      return reply.clearCookie(cookie, cookieOptions).code(204).send(null);
    },
  );

  app.get(
    '/auth/me',
    { config: { access: 'user' }, schema: { tags, response: { 200: identity } } },
    async ({ user: { sub: id, name: username, role } }) => ({ id, username, role }),
  );
}

/**
 * Tries for one account, from wherever they come: who guesses from many addresses, or invents them, is slowed down too.
 * So many more than from one address that nobody is kept out by a stranger's few tries.
 */
function guessLimit(app: ApiServer, perAddress: number): (request: FastifyRequest) => Promise<void> {
  const take = app.createRateLimit({
    max: 10 * perAddress,
    timeWindow: '1 minute',
    keyGenerator: ({ body }) => `account ${credentials.parse(body).username}`,
  });
  return async (request) => {
    const taken = await take(request);
    if (taken.isAllowed || !taken.isExceeded) return;
    throw new OrqError({ code: 'RATE_LIMITED', message: 'There were too many tries for this account.' });
  };
}

async function findAccount(
  { database, settings }: Platform,
  given: z.infer<typeof credentials>,
): Promise<Account> {
  const [account] = await database.query<Account>(
    'SELECT id, username, role, password FROM users WHERE username = $1 AND NOT disabled',
    [given.username],
  );
  // As much work for a name that does not exist, so that time tells nothing.
  const matches =
    account === undefined
      ? await hashPassword(given.password).then(() => false)
      : await verifyPassword(given.password, account.password);
  const isKnown = settings.ORQ_MODE === 'production' && isPublished(given.password);
  if (account === undefined || !matches || isKnown)
    throw new OrqError({ code: 'UNAUTHENTICATED', message: 'Name or password is wrong.' });
  return account;
}

async function accountById({ database }: Platform, id: number): Promise<Account> {
  const found = await database.query<Account>(
    'SELECT id, username, role, password FROM users WHERE id = $1 AND NOT disabled',
    [id],
  );
  const [account] = found;
  if (account !== undefined) return account;
  throw new OrqError({ code: 'UNAUTHENTICATED', message: 'This account is no more.' });
}

async function issue(
  { sessions, settings }: Platform,
  reply: FastifyReply,
  { account, session }: { readonly account: Account; readonly session: Session },
): Promise<z.infer<typeof loggedIn>> {
  const token = newToken();
  await sessions.keep(token, session);
  const { id, username, role } = account;
  const { sessionId: sid, since } = session;
  const accessToken = await reply.jwtSign({ sub: id, name: username, role, sid, since });
  void reply.setCookie(cookie, token, { ...cookieOptions, maxAge: refreshSeconds, secure: 'auto' });
  return { accessToken, expiresIn: settings.TOKEN_SECONDS, user: { id, username, role } };
}

function refreshToken({ cookies }: FastifyRequest): string {
  const token = cookies[cookie];
  if (token !== undefined) return token;
  throw new OrqError({ code: 'UNAUTHENTICATED', message: 'Log in first.' });
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}
