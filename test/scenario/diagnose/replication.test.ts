import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { images, test, type Sandbox } from '../sandbox.ts';
import { containerOf, diagnosis, expectCause } from './stack.ts';

const scripts = fileURLToPath(new URL('../../../database/replication', import.meta.url));

/** A primary and a replica of it, streaming. */
async function groupUp(box: Sandbox): Promise<void> {
  const [primary, replica] = [await box.freePort(), await box.freePort()];
  await box.compose(`
x-member: &member
  image: ${images.postgres}
  entrypoint: [/bin/sh, /orq/member.sh]
  command: [postgres]
x-environment: &environment
  POSTGRES_USER: app
  POSTGRES_PASSWORD: app
  POSTGRES_DB: shop
  PGDATA: /var/lib/postgresql/data/pgdata
  REPLICATION_USER: replicator
  REPLICATION_PASSWORD: replicator
  ORQ_CLUSTER: /cluster
  ORQ_FIRST_PRIMARY: primary
services:
  primary:
    <<: *member
    environment: { <<: *environment, ORQ_MEMBER: primary }
    ports: ['127.0.0.1:${primary}:5432']
    volumes:
      - primary:/var/lib/postgresql/data
      - cluster:/cluster
      - ${scripts}/member.sh:/orq/member.sh:ro
      - ${scripts}/10_replication.sh:/docker-entrypoint-initdb.d/10_replication.sh:ro
  replica:
    <<: *member
    environment: { <<: *environment, ORQ_MEMBER: replica }
    ports: ['127.0.0.1:${replica}:5432']
    volumes: ['replica:/var/lib/postgresql/data', 'cluster:/cluster', '${scripts}/member.sh:/orq/member.sh:ro']
    x-orq: { replica_of: primary }
volumes: { primary: {}, replica: {}, cluster: {} }
`);
  const run = await box.orq(['up', '--timeout', '60s']);
  expect(run, run.stderr).toMatchObject({ code: 0 });
}

async function ask(box: Sandbox, server: string, query: string): Promise<string> {
  const run = await box.orq(['psql', server, '-v', 'ON_ERROR_STOP=1', '-Atc', query]);
  expect(run, run.stderr).toMatchObject({ code: 0 });
  return run.stdout.trim();
}

describe('replication: diagnose names', () => {
  test('a replica that was cut off its primary', async ({ box }) => {
    await groupUp(box);
    expect((await diagnosis(box)).findings).toEqual([]);
    await ask(box, 'primary', 'ALTER ROLE replicator NOLOGIN');
    await ask(box, 'primary', 'SELECT pg_terminate_backend(pid) FROM pg_stat_replication');
    await expect
      .poll(() => ask(box, 'replica', 'SELECT count(*) FROM pg_stat_wal_receiver'), { timeout: 20_000 })
      .toBe('0');
    await expectCause(box, 'REPLICA_DETACHED', 'replica');
  });

  test('a replica whose replay is paused', async ({ box }) => {
    await groupUp(box);
    await ask(box, 'replica', 'SELECT pg_wal_replay_pause()');
    await expectCause(box, 'REPLICA_PAUSED', 'replica');
  });

  test('a replica that is behind', async ({ box }) => {
    await groupUp(box);
    await ask(box, 'replica', `ALTER SYSTEM SET recovery_min_apply_delay = '1h'`);
    await ask(box, 'replica', 'SELECT pg_reload_conf()');
    await ask(box, 'primary', 'CREATE TABLE late AS SELECT generate_series(1, 1000)');
    await expect
      .poll(async () => (await diagnosis(box)).findings[0]?.id, { timeout: 20_000 })
      .toBe('REPLICA_LAGGING');
  });

  test('two servers that both take writes', async ({ box }) => {
    await groupUp(box);
    await ask(box, 'replica', 'SELECT pg_promote()');
    await expectCause(box, 'REPLICA_PROMOTED', 'replica');
  });

  test('servers of which none takes writes', async ({ box }) => {
    await groupUp(box);
    await box.engine.stopContainer((await containerOf(box, 'primary')).id, {});
    const { findings } = await diagnosis(box);
    expect(findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['SERVICE_STOPPED', 'REPLICA_DETACHED']),
    );
    await expectCause(box, 'SERVICE_STOPPED', 'primary');
  });
});
