import { validate } from '@readme/openapi-parser';
import { expect, test } from 'vitest';
import { openApp } from './app.ts';

const nowhere = { ORQ_ENGINE: 'docker', DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

test('the OpenAPI document is valid', async () => {
  await using api = await openApp();
  const { statusCode, body } = await api.app.inject({ url: '/docs/json' });
  expect(statusCode).toBe(200);
  expect(await validate(JSON.parse(body))).toMatchObject({ valid: true });
});

test('without a database it lives, is not ready, says why, and answers 503', async () => {
  await using api = await openApp();
  const health = await api.app.inject({ url: '/health' });
  expect(health.statusCode).toBe(200);
  const ready = await api.app.inject({ url: '/ready' });
  expect(ready.statusCode).toBe(503);
  expect(JSON.parse(ready.body).parts.database).toMatchObject({
    ok: false,
    problem: 'The database cannot be used now.',
  });
  const headers = { authorization: `Bearer ${api.tokenOf('admin')}` };
  const images = await api.app.inject({ url: '/images', headers });
  expect([images.statusCode, JSON.parse(images.body).error.code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
});

test('without Redis a login is refused, and a session goes on', async () => {
  await using api = await openApp({ REDIS_URL: 'redis://127.0.0.1:1' });
  const headers = { authorization: `Bearer ${api.tokenOf('user')}` };
  const me = await api.app.inject({ url: '/auth/me', headers });
  expect([me.statusCode, JSON.parse(me.body).role]).toEqual([200, 'user']);
  const ready = await api.app.inject({ url: '/ready' });
  expect(JSON.parse(ready.body).parts.redis.ok).toBe(false);
});

test('without an engine the environment says so', async () => {
  const before = { ...process.env };
  Object.assign(process.env, nowhere);
  try {
    await using api = await openApp();
    const ready = await api.app.inject({ url: '/ready' });
    expect(JSON.parse(ready.body).parts.engine).toMatchObject({
      ok: false,
      problem: expect.stringContaining('does not answer'),
    });
    const headers = { authorization: `Bearer ${api.tokenOf('admin')}` };
    const databases = await api.app.inject({ url: '/environment/databases', headers });
    expect([databases.statusCode, JSON.parse(databases.body).error.code]).toEqual([
      503,
      'ENGINE_UNREACHABLE',
    ]);
  } finally {
    for (const name of Object.keys(nowhere)) delete process.env[name];
    Object.assign(process.env, before);
  }
});
