import { KubernetesObjectApi } from '@kubernetes/client-node';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { documents } from '../../src/output/schemas/documents.ts';
import { box, cluster, testInCluster } from './in-cluster.ts';
import { hasNewer, patience, withForward } from './kubernetes-box.ts';
import { query } from './query.ts';

testInCluster({ operator: true });

const clusters = async (): Promise<readonly (string | undefined)[]> => {
  const api = KubernetesObjectApi.makeApiClient(cluster.config);
  const { items } = await api.list('postgresql.cnpg.io/v1', 'Cluster', box.namespace);
  return items.map(({ metadata }) => metadata?.name);
};

/** Writes rows one after the other in one session, which insists on it; the number of those that were answered. */
async function writeUntilSentAway(url: string): Promise<number> {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  await client.query('SET default_transaction_read_only = off');
  for (let written = 0; ; written += 1) {
    try {
      await client.query('INSERT INTO written VALUES (1)');
    } catch {
      return written;
    }
  }
}

describe('where CloudNativePG is installed', () => {
  test('it makes databases, with the same commands and rights', async () => {
    const made = await box.json(['create', 'shop', ...patience]);
    expect(await clusters()).toEqual(['sovrabase-db-shop']);
    expect(await box.json(['create', 'shop', ...patience])).toEqual({ ...made, created: false });
    const role = 'SELECT rolsuper, current_database() AS name FROM pg_roles WHERE rolname = current_user';
    await withForward(box, 'shop', async (url) => {
      expect(await query(url, role)).toEqual([{ rolsuper: true, name: 'shop' }]);
      await query(url, 'CREATE TABLE kept AS SELECT 7 AS word');
    });
    expect((await box.json(['backup', 'shop'])).backup).toMatchObject({ content: { tables: 1, rows: 1 } });
    expect((await box.orq(['restore', 'shop', '--yes'])).code).toBe(0);
    expect(await box.refusal(['create', 'shop', '--operator', 'none'])).toMatchObject({
      code: 'DATABASE_EXISTS',
      detail: 'operator: it has cnpg, none is asked for',
    });
    expect(await box.refusal(['create', 'a'.repeat(38)])).toMatchObject({ code: 'USAGE' });
    expect((await box.orq(['delete', 'shop', '--yes'])).code).toBe(0);
    expect(await clusters()).toEqual([]);
    expect(await box.leftovers()).toEqual([]);
  });

  test('it makes and removes a replica, and fails over itself', async () => {
    await box.json(['create', 'shop', ...patience]);
    const before = await box.leftovers();
    const made = await box.json(['replica', 'shop']);
    expect(documents['db-replica'].safeParse(made).error).toBeUndefined();
    expect(made).toMatchObject({
      added: true,
      replication: {
        healthy: true,
        members: [
          { role: 'primary' },
          { service: 'sovrabase-db-shop-2', role: 'replica', replication: 'streaming' },
        ],
      },
    });
    expect(await box.json(['replica', 'shop'])).toMatchObject({ added: false });
    expect(await box.json(['create', 'shop'])).toMatchObject({ created: false });
    expect(await box.leftovers()).toContain('Pod sovrabase-db-shop-2');
    expect(await box.json(['metrics', 'shop'])).toMatchObject({ metrics: [{ replicas: 1 }] });
    for (const act of ['failover', 'switchover', 'rejoin']) {
      const refusal = await box.refusal([act, 'shop']);
      expect(refusal).toMatchObject({ code: 'ENGINE_UNSUPPORTED' });
      expect(refusal.hint).toBe(
        `kubectl cnpg promote sovrabase-db-shop sovrabase-db-shop-2 -n ${box.namespace}`,
      );
    }
    expect(await box.json(['replica', 'shop', '--remove'])).toMatchObject({ removed: true });
    await expect.poll(() => box.leftovers(), { timeout: 60_000 }).toEqual(before);
  });

  test.runIf(hasNewer)(
    'its database moves to a Cluster of a newer major, and the old one sleeps',
    async () => {
      await box.json(['create', 'shop', ...patience]);
      await box.json(['replica', 'shop']);
      const sql =
        'CREATE TABLE kept AS SELECT n AS id FROM generate_series(1, 500) AS n; CREATE TABLE written (id int)';
      await withForward(box, 'shop', (url) => query(url, sql));
      const before = await box.leftovers();

      expect(await box.refusal(['upgrade', 'shop', '--to', '99'])).toMatchObject({
        code: 'DATABASE_NOT_STARTED',
      });
      expect(await box.leftovers()).toEqual(before);

      const killed = box.start(['upgrade', 'shop', '--to', '18']);
      await killed.until(/stopping PostgreSQL/);
      killed.kill('SIGKILL');
      await killed.finished;
      await box.json(['list']);
      expect(await box.leftovers()).toEqual(before);

      await withForward(box, 'shop', async (url) => {
        const [report, written] = await Promise.all([
          box.json(['upgrade', 'shop', '--to', '18']),
          writeUntilSentAway(url),
        ]);
        // Whoever writes is sent away before the data is read: no answer is lost.
        expect(written).toBeGreaterThan(0);
        expect(report).toMatchObject({
          report: {
            upgraded: true,
            databases: [{ database: 'shop', tables: 2, rows: 500 + written }],
            keptVolume: 'sovrabase-db-shop',
          },
        });
      });
      const [next, old] = [...(await clusters())].sort();
      expect([old, next]).toEqual(['sovrabase-db-shop', expect.stringMatching(/^orq-shop-18-/)]);
      expect(await box.json(['create', 'shop'])).toMatchObject({
        created: false,
        database: { postgresVersion: '18' },
      });
      const pods = (await box.leftovers()).filter((name) => name.startsWith('Pod '));
      expect(pods).toEqual([`Pod ${next}-1`, `Pod ${next}-2`]);
      expect((await box.json(['upgrade', 'shop', '--drop-old'])).dropped).toEqual(['sovrabase-db-shop']);
      await expect.poll(clusters, { timeout: 60_000 }).toEqual([next]);
      await withForward(box, 'shop', async (url) => {
        const rows =
          "SELECT count(*)::int AS rows, left(current_setting('server_version'), 2) AS major FROM kept";
        expect(await query(url, rows)).toEqual([{ rows: 500, major: '18' }]);
        await query(url, 'INSERT INTO kept VALUES (501)');
      });
      // The nodes have programs to dump with of their own PostgreSQL only.
      expect((await box.orq(['delete', 'shop', '--yes', '--no-backup'])).code).toBe(0);
      expect(await box.leftovers()).toEqual([]);
    },
  );

  test('a quota that has no room for its volume is told of, which it does not tell itself', async () => {
    await box.json(['create', 'shop', ...patience]);
    const before = await box.leftovers();
    await KubernetesObjectApi.makeApiClient(cluster.config).create({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'small', namespace: box.namespace },
      spec: { hard: { persistentvolumeclaims: '1' } },
    });
    // A quota counts once its controller has seen it.
    await expect
      .poll(() => box.refusal(['create', 'other']), { timeout: 60_000 })
      .toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(await box.refusal(['upgrade', 'shop', '--to', '18'])).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(await clusters()).toEqual(['sovrabase-db-shop']);
    expect(await box.leftovers()).toEqual(before);
  });

  test('what its webhook refuses is told once, and leaves nothing', async () => {
    const refusal = await box.refusal(['create', 'shop'], { ORQ_IMAGE_CNPG_17: 'postgres:latest' });
    expect(refusal).toMatchObject({ code: 'POLICY_REFUSED' });
    expect(refusal.detail).toMatch(/^admission webhook .*Can't use 'latest' as image tag[^\n]*$/);
    expect(await box.leftovers()).toEqual([]);
  });

  test('who removes a database that is being made is told of to who makes it', async () => {
    // No node has that much: it is being made for as long as it takes.
    const running = box.start(['create', 'shop', '--json', '--memory', '900g', ...patience]);
    await expect.poll(clusters, { interval: 50, timeout: 30_000 }).toEqual(['sovrabase-db-shop']);
    const elsewhere = { HOME: box.directory };
    expect((await box.orq(['delete', 'shop', '--yes', '--no-backup'], elsewhere)).code).toBe(0);
    const { stdout } = await running.finished;
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'DATABASE_NOT_STARTED' });
    expect(stdout).toContain('Somebody has removed sovrabase-db-shop');
    expect(await box.leftovers()).toEqual([]);
  });

  test('a StatefulSet does where it is not wanted', async () => {
    await box.json(['create', 'shop', '--operator', 'none', ...patience]);
    expect(await clusters()).toEqual([]);
    expect(await box.leftovers()).toContain('StatefulSet sovrabase-db-shop');
  });
});
