import { expect, test } from 'vitest';
import { withRedis } from '../../src/health/probes/redis-client.ts';
import { closeCheckout, eventually, openCheckout } from './embedded-sandbox.ts';
import { client } from './platform/client.ts';
import { copyProfile } from './platform/own-profile.ts';
import type { Finished } from './run-orq.ts';
import { test as dockerTest } from './sandbox.ts';

/** Passwords with characters that addresses reserve. */
const secrets = {
  ORCHESTRATOR_POSTGRES_PASSWORD: 'p@ss/word of #postgres?',
  ORCHESTRATOR_REDIS_PASSWORD: 'p@ss/word of #redis?',
  ORCHESTRATOR_SECRET: 'a secret of more than thirty-two characters',
  ORCHESTRATOR_ADMIN_PASSWORD: 'a password of admin',
};
type Ports = Readonly<Record<string, string | undefined>>;
type Orq = (args: readonly string[], env: Ports) => Promise<Finished>;

/** The same on every engine: refused without secrets; with them nobody comes in by a password that is published. */
async function runsInProduction(orq: Orq, env: Ports): Promise<void> {
  const up = ['up', '--mode', 'production'];
  const refused = await orq(up, {});
  expect(refused).toMatchObject({ code: 2 });
  for (const name of Object.keys(secrets)) expect(refused.stderr).toContain(name);

  const started = await orq(up, secrets);
  expect(started, started.stderr).toMatchObject({ code: 0 });
  const enter = (username: string, password: string) => client({ env }, username, password);
  await expect(enter('testuser', 'testpassword')).rejects.toThrow('UNAUTHENTICATED');
  await eventually(
    () =>
      enter('admin', secrets.ORCHESTRATOR_ADMIN_PASSWORD).then(
        () => true,
        () => false,
      ),
    'an administrator',
  );
  const admin = await enter('admin', secrets.ORCHESTRATOR_ADMIN_PASSWORD);
  expect(await admin.ask('GET', '/ready')).toMatchObject({
    status: 200,
    body: { parts: { redis: { ok: true } } },
  });
  const diagnosis = await admin.ask('GET', '/environment/orchestrator/diagnosis');
  expect(diagnosis.body).toMatchObject({ findings: [], summary: { operational: true } });
  const redis = { host: '127.0.0.1', port: Number(env['ORCHESTRATOR_REDIS_PORT']) };
  const write = withRedis(redis, new AbortController().signal, (server) =>
    server.set('platform:session:x', '1'),
  );
  await expect(write).rejects.toThrow('NOAUTH');
}

/** Back in debug mode there is the data of debug mode, in which nobody made an `admin`. */
async function usersOfDebug(orq: Orq, env: Ports): Promise<unknown> {
  const back = await orq(['up'], {});
  expect(back, back.stderr).toMatchObject({ code: 0 });
  const debug = await client({ env }, 'testuser', 'testpassword');
  return (await debug.ask('GET', '/users')).body.total;
}

test('production without containers', async () => {
  const checkout = await openCheckout();
  try {
    await runsInProduction(checkout.orq, checkout.env);
    expect(await usersOfDebug(checkout.orq, checkout.env)).toBe(1);
  } finally {
    await checkout.orq(['down', '--mode', 'production', '--volumes', '--no-backup'], secrets);
    await closeCheckout(checkout);
  }
});

dockerTest(
  'production on Docker',
  async ({ box }) => {
    const env = await copyProfile(box);
    const orq: Orq = (args, more) => box.orq(args, { env: { ...env, ...more } });
    await runsInProduction(orq, env);
    expect(await usersOfDebug(orq, env)).toBe(1);
  },
  300_000,
);
