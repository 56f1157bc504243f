import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { openApp } from './app.ts';

/** Who may call what. A route that is missing here fails the test, so that nobody forgets to decide. */
const table = {
  public: ['GET /health', 'GET /ready', 'POST /auth/login', 'GET /auth/csrf', 'POST /auth/refresh'],
  user: [
    'POST /auth/logout',
    'GET /auth/me',
    'GET /events',
    'GET /images',
    'POST /images',
    'GET /images/{id}',
    'PATCH /images/{id}',
    'DELETE /images/{id}',
    'POST /images/{id}/containers',
    'GET /containers',
    'GET /containers/{id}',
    'DELETE /containers/{id}',
    'POST /containers/{id}/start',
    'POST /containers/{id}/stop',
    'GET /containers/{id}/logs',
    'GET /containers/{id}/logs/stream',
    'GET /billings',
    'GET /billings/prices',
    'GET /billings/{id}',
  ],
  admin: [
    'GET /metrics',
    'GET /users',
    'POST /users',
    'GET /users/{id}',
    'PATCH /users/{id}',
    'DELETE /users/{id}',
    'POST /billings',
    'PATCH /billings/{id}',
    'DELETE /billings/{id}',
    'GET /environment',
    'GET /environment/{profile}/status',
    'GET /environment/{profile}/diagnosis',
    'GET /environment/{profile}/replication',
    'GET /environment/{profile}/logs',
    'GET /environment/{profile}/backups',
    'POST /environment/{profile}/backups',
    'POST /environment/{profile}/backups/{file}/verify',
    'GET /environment/{profile}/backups/{file}/restore',
    'POST /environment/{profile}/backups/{file}/restore',
    'GET /environment/databases',
    'POST /environment/databases',
    'DELETE /environment/databases/{projectId}',
  ],
} as const;

const access = Object.entries(table).flatMap(([who, routes]) => routes.map((route) => [route, who] as const));

describe('access', () => {
  test('every route is in the table', async () => {
    await using api = await openApp();
    expect(api.routes.toSorted()).toEqual(access.map(([route]) => route).toSorted());
  });

  test('every route answers each role as the table says', async () => {
    await using api = await openApp();
    const wrong: string[] = [];
    for (const [route, who] of access)
      for (const role of ['nobody', 'user', 'admin'] as const) {
        const status = await ask(api, route, role);
        const expected = expectedFor(who, role);
        const fits = expected === 'let in' ? status !== 401 && status !== 403 : status === expected;
        const isOwn = route === 'POST /auth/login' || route === 'POST /auth/refresh';
        if (!fits && !isOwn) wrong.push(`${route} as ${role}: ${status}, not ${expected}`);
      }
    expect(wrong).toEqual([]);
  });

  test('a token of another server, without a signature, or run out lets nobody in', async () => {
    await using api = await openApp();
    await using other = await openApp();
    const [head = '', body = ''] = other.tokenOf('admin').split('.');
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${body}.`;
    for (const token of [other.tokenOf('admin'), unsigned, `${head}.${body}.`, 'x', '']) {
      const answer = await api.app.inject({ url: '/users', headers: { authorization: `Bearer ${token}` } });
      expect(answer.statusCode).toBe(401);
    }
  });

  test('a refresh without the token against forgery is refused', async () => {
    await using api = await openApp();
    const answer = await api.app.inject({
      method: 'POST',
      url: '/auth/refresh',
      cookies: { orq_refresh: 'x' },
    });
    expect(answer.statusCode).toBe(403);
  });

  test('answers carry the headers of a careful server and the id of the request', async () => {
    await using api = await openApp();
    const { headers } = await api.app.inject({ url: '/health', headers: { 'x-request-id': 'mine' } });
    expect(headers).toMatchObject({
      'x-request-id': 'mine',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'self'"),
    });
    const odd = await api.app.inject({ url: '/health', headers: { 'x-request-id': '<script>' } });
    expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    // Neither is to be had over TLS: a policy that asks for it would break the page for other machines.
    for (const url of ['/health', '/docs/'])
      expect((await api.app.inject({ url })).headers['content-security-policy']).not.toContain('upgrade');
  });

  test('a stream of events ends when its session does', async () => {
    await using api = await openApp();
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    try {
      const headers = { authorization: `Bearer ${api.tokenOf('user')}` };
      const answer = await api.app.inject({ url: '/events', headers, payloadAsStream: true });
      const all = text(answer.stream());
      await vi.advanceTimersByTimeAsync(30_000);
      vi.setSystemTime(Date.now() + 300_000);
      await vi.advanceTimersByTimeAsync(15_000);
      expect(await all).toBe(': open\n\n: alive\n\n: alive\n\n');
    } finally {
      vi.useRealTimers();
    }
  });
});

function expectedFor(who: string, role: 'nobody' | 'user' | 'admin'): number | 'let in' {
  if (who === 'public' || role === 'admin') return 'let in';
  if (role === 'nobody') return 401;
  return who === 'admin' ? 403 : 'let in';
}

async function ask(
  { app, tokenOf }: Awaited<ReturnType<typeof openApp>>,
  route: string,
  role: 'nobody' | 'user' | 'admin',
): Promise<number> {
  const [method = 'GET', path = ''] = route.split(' ');
  const url = path.replace('{id}', '1').replaceAll(/\{\w+\}/g, 'x');
  const headers = role === 'nobody' ? {} : { authorization: `Bearer ${tokenOf(role)}` };
  // A stream never ends by itself: who it lets in is seen by its head.
  if (url.endsWith('/events') && role !== 'nobody') return (await streamHead(app, url, headers)) ?? 0;
  const isSafe = method === 'GET' || method === 'DELETE';
  const answer = await app.inject({
    method: method === 'POST' || method === 'PATCH' || method === 'DELETE' ? method : 'GET',
    url,
    headers,
    ...(isSafe ? {} : { payload: {} }),
  });
  return answer.statusCode;
}

async function streamHead(
  app: Awaited<ReturnType<typeof openApp>>['app'],
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const answer = await app.inject({ url, headers, payloadAsStream: true });
  answer.stream().destroy();
  return answer.statusCode;
}
