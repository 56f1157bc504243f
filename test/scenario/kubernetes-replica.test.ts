import { CoreV1Api, KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { documents } from '../../src/output/schemas/documents.ts';
import { box, cluster, testInCluster } from './in-cluster.ts';
import { creation, withForward } from './kubernetes-box.ts';
import { query } from './query.ts';
import type { Running } from './run-orq.ts';

testInCluster();

const rows = 'SELECT count(*)::int AS rows, pg_is_in_recovery() AS replica FROM goods';
const [first, added] = ['sovrabase-db-shop', 'sovrabase-db-shop-replica'];

/** A database with data, and all its objects. */
async function withGoods(): Promise<readonly string[]> {
  await box.json(creation('shop'));
  await ask('CREATE TABLE goods AS SELECT generate_series(1, 500) AS id');
  return box.leftovers();
}

/** What a statement gives at the server that takes writes. */
const ask = (sql: string) => withForward(box, 'shop', (url) => query(url, sql));

/** Runs a command that is to succeed. */
async function done(...args: readonly string[]): Promise<void> {
  const { stdout, stderr, code } = await box.orq(args);
  expect(code, stderr + stdout).toBe(0);
}

/** As `kubectl scale` does; resolves when the Pod is gone. */
async function scaleToNothing(name: string): Promise<void> {
  const metadata = { name, namespace: box.namespace };
  const body = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { replicas: 0 } };
  const none = undefined;
  await KubernetesObjectApi.makeApiClient(cluster.config).patch(
    body,
    none,
    none,
    'kubectl',
    none,
    PatchStrategy.MergePatch,
  );
  await expect.poll(() => box.leftovers(), { timeout: 60_000 }).not.toContain(`Pod ${name}-0`);
}

/** Projects of the Pods to which the Services for writes and for reads lead. */
async function led(): Promise<readonly unknown[]> {
  const api = cluster.config.makeApiClient(CoreV1Api);
  const services = await Promise.all(
    [first, added].map((name) => api.readNamespacedService({ name, namespace: box.namespace })),
  );
  return services.map(({ spec }) => spec?.selector?.['sovrabase.project_id']);
}

const replicaObjects = [
  `PersistentVolumeClaim ${added}-data`,
  `Pod ${added}-0`,
  `Secret ${added}`,
  `Service ${added}`,
  `StatefulSet ${added}`,
];

describe('a replica of a database on Kubernetes', () => {
  test('follows, takes over without loss, and goes again', { timeout: 360_000 }, async () => {
    const before = await withGoods();
    const made = await box.json(['replica', 'shop']);
    expect(documents['db-replica'].safeParse(made).error).toBeUndefined();
    expect(made).toMatchObject({
      added: true,
      replication: { healthy: true },
      database: { containerName: first, replica: { containerName: added, status: 'running', port: 5432 } },
    });
    expect(await box.leftovers()).toEqual([...before, ...replicaObjects].sort());
    expect(await led()).toEqual(['shop', 'shop.replica']);
    expect(await box.json(['replica', 'shop'])).toMatchObject({ added: false });
    expect(await box.json(['metrics', 'shop'])).toMatchObject({
      metrics: [{ replicas: 1, replicationLagSeconds: expect.any(Number) }],
    });
    expect((await box.json(['list'])).databases).toHaveLength(1);
    expect(await box.refusal(['upgrade', 'shop', '--to', '18'])).toMatchObject({ code: 'USAGE' });
    expect(await box.refusal(creation('shop-replica'))).toMatchObject({ code: 'CONFLICT' });

    await scaleToNothing(first);
    const refused = await box.refusal(['failover', 'shop']);
    expect(refused).toMatchObject({ code: 'DATA_LOSS' });
    expect(refused.hint).toContain('orq db failover shop --allow-data-loss');
    await done('failover', 'shop', '--allow-data-loss');
    expect(await led()).toEqual(['shop.replica', 'shop']);
    expect((await box.orq(['rejoin', 'shop', '--plan'])).code).toBe(3);
    await done('rejoin', 'shop');
    await done('rejoin', 'shop', '--plan');
    const after = await box.json(['get', 'shop']);
    expect(after.database).toMatchObject({
      containerName: added,
      connectionString: made.database?.connectionString,
      replica: { containerName: first, status: 'running' },
    });
    await ask('INSERT INTO goods VALUES (501)');
    expect((await box.json(['backup', 'shop'])).backup).toMatchObject({ content: { rows: 502 } });
    expect((await box.refusal(['replica', 'shop', '--remove'])).hint).toBe('orq db switchover shop');

    for (const name of [first, added]) await scaleToNothing(name);
    expect(await box.json(creation('shop'))).toMatchObject({
      created: false,
      database: { containerName: added, status: 'running' },
    });
    expect(await ask(rows)).toEqual([{ rows: 501, replica: false }]);

    await done('rejoin', 'shop');
    await done('switchover', 'shop');
    expect(await led()).toEqual(['shop', 'shop.replica']);
    expect(await ask(rows)).toEqual([{ rows: 501, replica: false }]);
    expect(await box.json(['replica', 'shop', '--remove'])).toMatchObject({ removed: true });
    expect(await box.leftovers()).toEqual(before);
    expect(await ask(rows)).toEqual([{ rows: 501, replica: false }]);
    expect(await ask('SELECT count(*)::int AS slots FROM pg_replication_slots WHERE NOT active')).toEqual([
      { slots: 0 },
    ]);
    await done('replica', 'shop');
    await done('delete', 'shop', '--yes', '--force', '--no-backup');
    expect(await box.leftovers()).toEqual([]);
  });

  test(
    'that is killed half made or half removed leaves a server that serves',
    { timeout: 360_000 },
    async () => {
      const before = await withGoods();
      const removing = async (): Promise<unknown> =>
        expect.poll(() => box.leftovers(), { timeout: 60_000, interval: 20 }).not.toContain(`Pod ${added}-0`);
      for (const { prepare, moment, args = [] } of [
        { moment: (run: Running) => run.until(/starting/) },
        { moment: (run: Running) => run.until(/copying/) },
        { moment: (run: Running) => run.until(/stopping/) },
        { prepare: () => done('replica', 'shop'), moment: removing, args: ['--remove'] },
      ]) {
        await prepare?.();
        const running = box.start(['replica', 'shop', ...args]);
        await moment(running);
        running.kill('SIGKILL');
        await running.finished;
        await box.json(['list']);
        expect(await box.leftovers()).toEqual(before);
        expect((await box.json(['get', 'shop'])).database).not.toHaveProperty('replica');
        expect(await ask(rows)).toEqual([{ rows: 500, replica: false }]);
      }
    },
  );

  test('is made by one command at a time, from whichever machine', async () => {
    await withGoods();
    const running = box.start(['replica', 'shop']);
    await running.until(/copying/);
    // On a busy machine the other command would come when this one is done.
    running.kill('SIGSTOP');
    const other = await box.refusal(['replica', 'shop'], { HOME: box.directory });
    expect(other).toMatchObject({ code: 'LOCKED' });
    running.kill('SIGCONT');
    expect(await running.finished).toMatchObject({ code: 0 });
    expect(await box.json(['replica', 'shop'], { HOME: box.directory })).toMatchObject({ added: false });
  });

  test(
    'has one primary after a failover that was killed, and one that ends',
    { timeout: 360_000 },
    async () => {
      await withGoods();
      await box.json(['replica', 'shop']);
      for (const moment of [/fencing/, /promoting/, /proving/]) {
        const running = box.start(['switchover', 'shop']);
        await running.until(moment);
        running.kill('SIGKILL');
        await running.finished;
        // Refused where the new primary is there already, and nothing is left to do.
        await box.orq(['failover', 'shop', '--allow-data-loss']);
        await done('rejoin', 'shop');
        expect(await box.json(['replica', 'shop'])).toMatchObject({
          added: false,
          replication: { healthy: true },
        });
        const { database } = await box.json(['get', 'shop']);
        expect(await led()).toEqual(
          database?.containerName === first ? ['shop', 'shop.replica'] : ['shop.replica', 'shop'],
        );
        expect(await ask(rows)).toEqual([{ rows: 500, replica: false }]);
      }
      await done('switchover', 'shop');
      // The container is started again in the same Pod, and has the record of now.
      if (cluster.own === undefined) return;
      const [line] = await ask("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid");
      expect(line).toMatchObject({ pid: expect.any(Number) });
      process.kill(Number(Object.values(line ?? {})[0]), 'SIGKILL');
      await box.json(creation('shop'));
      expect(await ask(rows)).toEqual([{ rows: 500, replica: false }]);
    },
  );
});
