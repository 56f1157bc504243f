import fastifyCookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import helmet from '@fastify/helmet';
import jwt from '@fastify/jwt';
import rateLimit from '@fastify/rate-limit';
import type { Settings } from '../settings.ts';
import type { ApiServer } from './api-server.ts';

/** Headers, limits, tokens and protection against forged requests. */
export async function usePlugins(app: ApiServer, settings: Settings): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        // It is served over plain HTTP, and the documentation has to load from other machines too.
        upgradeInsecureRequests: null,
      },
    },
  });
  await app.register(rateLimit, { max: settings.RATE_LIMIT, timeWindow: '1 minute' });
  await app.register(jwt, {
    secret: settings.secret,
    sign: { algorithm: 'HS256', expiresIn: `${settings.TOKEN_SECONDS}s` },
    verify: { algorithms: ['HS256'] },
  });
  await app.register(fastifyCookie, { secret: settings.secret });
  await app.register(csrf, {
    cookieOpts: { path: '/', sameSite: 'strict', httpOnly: true, signed: true },
    getToken: ({ headers }) => String(headers['x-csrf-token'] ?? ''),
  });
}
