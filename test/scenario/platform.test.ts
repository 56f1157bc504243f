import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectEmbedded } from '../../src/engine/embedded/embedded-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { withRedis } from '../../src/health/probes/redis-client.ts';
import { digest } from '../../src/services/orchestrator-api/auth/memory-sessions.ts';
import { type Checkout, closeCheckout, eventually, openCheckout } from './embedded-sandbox.ts';
import { client, type PlatformClient } from './platform/client.ts';
import { fuzz } from './platform/fuzz.ts';
import { generatedClient } from './platform/generated-client.ts';
import { callEverything } from './platform/round-trip.ts';

const limits = { ORCHESTRATOR_RATE_LIMIT: '1000000', ORCHESTRATOR_LOGIN_LIMIT: '1000' };

/** Without containers, so that it runs everywhere: the engine runs a real Redis as the user's container. */
describe('the platform', () => {
  let checkout: Checkout;
  let admin: PlatformClient;
  let engine: Engine;

  beforeAll(async () => {
    checkout = await openCheckout(limits);
    const up = await checkout.orq(['up']);
    expect(up, up.stderr).toMatchObject({ code: 0 });
    expect(up.stdout).toContain(`http://localhost:${checkout.env['ORCHESTRATOR_UI_PORT']}`);
    admin = await client(checkout, 'testuser', 'testpassword');
    engine = await connectEmbedded({
      stateDirectory: `${checkout.directory}/.orq`,
      environment: process.env,
      cwd: checkout.directory,
    });
  });

  afterAll(async () => {
    for (const { id } of await engine.listContainers({ labels: { 'dev.orq.platform': null } }))
      await engine.removeContainer(id, { anonymousVolumes: true });
    engine.close();
    await closeCheckout(checkout);
  });

  test('a diagnosis finds nothing wrong, from the command line and from the API', async () => {
    expect(await checkout.orq(['diagnose'])).toMatchObject({ code: 0 });
    const { body } = await admin.ask('GET', '/environment/orchestrator/diagnosis');
    expect(body).toMatchObject({ findings: [], summary: { operational: true } });
  });

  test('lists are paged, sorted and filtered, and a lost update is refused', async () => {
    for (const name of ['one', 'two', 'three'])
      expect(await admin.ask('POST', '/images', { name: `paged/${name}` })).toMatchObject({ status: 201 });
    const page = await admin.ask('GET', '/images?pageSize=2&page=1&sort=-name');
    expect(page.body).toMatchObject({ total: 4, items: [{ name: 'paged/two' }, { name: 'paged/three' }] });
    const filtered = await admin.ask('GET', '/images?name=paged/one');
    expect(filtered.body).toMatchObject({ total: 1, items: [{ name: 'paged/one', version: 1 }] });
    const { id } = filtered.body.items[0];
    const change = { max_instances: 3 };
    expect(await admin.ask('PATCH', `/images/${id}`, change)).toMatchObject({ status: 428 });
    expect(await admin.ask('PATCH', `/images/${id}`, change, 1)).toMatchObject({
      status: 200,
      body: { version: 2, max_instances: 3 },
    });
    const late = await admin.ask('PATCH', `/images/${id}`, change, 1);
    expect(late).toMatchObject({ status: 412, body: { error: { code: 'VERSION_CONFLICT' } } });
    const racing = [1, 2, 3, 4, 5].map((min) =>
      admin.ask('PATCH', `/images/${id}`, { max_instances: min }, 2),
    );
    const statuses = (await Promise.all(racing)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 412, 412, 412, 412]);
  });

  test('a user sees and touches only what is their own; a changed user is logged out', async () => {
    const password = 'a long password';
    const made = await admin.ask('POST', '/users', { username: 'ana', email: 'ana@example.com', password });
    expect(made).toMatchObject({ status: 201, body: { role: 'user' } });
    expect(JSON.stringify(made.body)).not.toContain('password');
    const ana = await client(checkout, 'ana', password);
    expect((await ana.ask('GET', '/images')).body).toMatchObject({ total: 0 });
    expect(await ana.ask('GET', '/images/1')).toMatchObject({ status: 404 });
    expect(await ana.ask('DELETE', '/images/1')).toMatchObject({ status: 404 });
    expect(await ana.ask('GET', '/containers/1/logs')).toMatchObject({ status: 404 });
    expect(await ana.ask('GET', '/environment')).toMatchObject({ status: 403 });
    await admin.ask('PATCH', `/users/${made.body.id}`, { disabled: true }, 1);
    expect(await ana.ask('GET', '/images')).toMatchObject({ status: 401 });
  });

  test('a refresh token is good for the pages of a moment; a stolen one ends the session', async () => {
    const { refresh, ask } = await client(checkout, 'testuser', 'testpassword');
    const first = await refresh();
    const both = await Promise.all([refresh(first.cookie), refresh(first.cookie)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    await letTimePass(checkout, first.cookie);
    expect(await ask('GET', '/auth/me')).toMatchObject({ status: 200 });
    expect((await refresh(first.cookie)).status).toBe(401);
    expect(await ask('GET', '/auth/me')).toMatchObject({ status: 401 });
    expect((await refresh(both[0]?.cookie)).status).toBe(401);
  });

  test('a container is real: it runs, logs, is measured and paid for, and stays between its bounds', async () => {
    const image = {
      name: 'redis',
      tag: '7',
      port: 6379,
      min_instances: 1,
      max_instances: 2,
      memory_limit: '64m',
    };
    const { id } = (await admin.ask('POST', '/images', image)).body;
    const made = await admin.ask('POST', `/images/${id}/containers`);
    expect(made).toMatchObject({ status: 201, body: { status: 'running', port: expect.any(Number) } });
    const container = `/containers/${made.body.id}`;
    const [observed] = await engine.listContainers({ labels: { 'dev.orq.platform': 'orchestrator' } });
    expect(observed).toMatchObject({ id: made.body.container_id, state: 'running' });
    const logged = await admin.ask('GET', `${container}/logs`);
    expect(JSON.stringify(logged.body)).toContain('Ready to accept connections');

    await eventually(async () => (await admin.ask('GET', container)).body.live?.memoryBytes > 0, 'a sample');
    const invoice = async (): Promise<number> => {
      const { items } = (await admin.ask('GET', '/billings?sort=-month')).body;
      return Number(items.find((each: { month: string | null }) => each.month !== null)?.exact ?? 0);
    };
    const before = await invoice();
    await eventually(async () => (await invoice()) > before, 'a bill that grows');

    await engine.removeContainer(made.body.container_id, { anonymousVolumes: true });
    await eventually(
      async () => (await admin.ask('GET', container)).body.status === 'missing',
      'a loss that is seen',
    );
    await eventually(
      async () => (await admin.ask('GET', `/containers?image_id=${id}&status=running`)).body.total === 1,
      'another in place of the one that was lost',
    );
    expect(await admin.ask('DELETE', container)).toMatchObject({ status: 204 });
    expect(await admin.ask('POST', `/images/${id}/containers`)).toMatchObject({ status: 201 });
    expect(await admin.ask('POST', `/images/${id}/containers`)).toMatchObject({
      status: 409,
      body: { error: { code: 'INSTANCE_LIMIT' } },
    });
    await eventually(
      async () => (await admin.ask('GET', `/images/${id}`)).body.instances === 1,
      'an idle image that is scaled down',
    );
  });

  test('what this engine cannot confine is refused', async () => {
    for (const image of [
      { name: 'orq/process', command: ['id'] },
      { name: 'redis', tag: '7', command: ['redis-server', '--loadmodule', 'x'] },
    ]) {
      const { id } = (await admin.ask('POST', '/images', image)).body;
      const answer = await admin.ask('POST', `/images/${id}/containers`);
      expect(answer).toMatchObject({ status: 422, body: { error: { code: 'ENGINE_UNSUPPORTED' } } });
    }
  });

  test('a backup made over the API brings the rows back, once its database is named', async () => {
    const base = '/environment/orchestrator/backups';
    const { body } = await admin.ask('POST', base, {});
    const file = body.files.find((name: string) => name.endsWith('.sql.zip'));
    const { id } = (await admin.ask('POST', '/images', { name: 'after/backup' })).body;
    expect(await admin.ask('POST', `${base}/${file}/restore`, { confirm: 'x' })).toMatchObject({
      status: 422,
    });
    expect(await admin.ask('GET', `/images/${id}`)).toMatchObject({ status: 200 });
    expect(await admin.ask('POST', `${base}/${file}/restore`, { confirm: 'orchestrator' })).toMatchObject({
      status: 200,
    });
    expect(await admin.ask('GET', `/images/${id}`)).toMatchObject({ status: 404 });
  });

  test('a client generated from the document calls every operation, and every answer is as documented', async () => {
    const generated = await generatedClient(admin.address);
    await callEverything(generated);
    expect(generated.undocumented).toEqual([]);
    expect(generated.neverDone()).toEqual([]);
  });

  test('hundreds of wrong requests are answered, none by a defect', async () => {
    const { failures, answered } = await fuzz(admin, { requests: 300, seed: 1 });
    expect(failures).toEqual([]);
    expect(answered).toBe(300);
  });

  test('with PostgreSQL gone it says so, and goes on when it is back', async () => {
    const { id } = await checkout.record('postgres');
    await engine.stopContainer(id, {});
    const ready = await admin.ask('GET', '/ready');
    expect(ready).toMatchObject({ status: 503, body: { parts: { database: { ok: false } } } });
    expect(await admin.ask('GET', '/images')).toMatchObject({ status: 503 });
    await engine.startContainer(id);
    await eventually(
      async () => (await admin.ask('GET', '/images')).status === 200,
      'a database that is back',
    );
  });
});

/** Puts back in Redis when a refresh token was taken. */
async function letTimePass({ env }: Checkout, cookie: string): Promise<void> {
  const redis = { host: '127.0.0.1', port: Number(env['ORCHESTRATOR_REDIS_PORT']) };
  const key = `platform:session:taken:${digest(cookie.replace('orq_refresh=', ''))}`;
  await withRedis(redis, new AbortController().signal, async (server) => {
    const taken: { readonly takenAt: number } = JSON.parse((await server.get(key)) ?? '{}');
    await server.set(key, JSON.stringify({ ...taken, takenAt: taken.takenAt - 60 }));
  });
}
