import { access } from 'node:fs/promises';
import { KubernetesObjectApi, PatchStrategy, type V1StatefulSet } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { box, cluster, testInCluster } from './in-cluster.ts';
import { creation, hasNewer, withForward } from './kubernetes-box.ts';
import { query } from './query.ts';

testInCluster();

describe('a database of a project on Kubernetes', () => {
  test('is backed up, changed, restored, measured and branched', async () => {
    await box.json(creation('shop'));
    await withForward(box, 'shop', (url) =>
      query(url, 'CREATE TABLE kept AS SELECT n AS id FROM generate_series(1, 500) AS n'),
    );
    const { backup } = await box.json(['backup', 'shop']);
    expect(backup).toMatchObject({ engine: 'kubernetes', content: { tables: 1, rows: 500 } });
    await access(backup?.path ?? '');
    await withForward(box, 'shop', (url) => query(url, 'DROP TABLE kept'));
    expect((await box.orq(['restore', 'shop', '--yes'])).code).toBe(0);
    const { metrics } = await box.json(['metrics', 'shop']);
    expect(metrics?.[0]?.sizeBytes).toBeGreaterThan(1_000_000);
    expect((await box.json(['branch', 'shop', 'pr-17'])).branch).toMatchObject({ name: 'pr-17' });
    await withForward(box, 'shop', async (url) => {
      const count = 'SELECT count(*)::int AS rows, sum(id)::int AS sum FROM kept';
      expect(await query(url, count)).toEqual([{ rows: 500, sum: 125_250 }]);
      expect(await query(url.replace(/\/shop$/, '/shop_branch_pr_17'), count)).toEqual([
        { rows: 500, sum: 125_250 },
      ]);
    });
  });

  test.runIf(hasNewer)(
    'moves to a newer major or stays, and keeps the old data until told',
    { timeout: 240_000 },
    async () => {
      await box.json(creation('shop'));
      await withForward(box, 'shop', (url) =>
        query(url, 'CREATE TABLE kept AS SELECT n AS id FROM generate_series(1, 500) AS n'),
      );
      const before = await box.leftovers();

      const failed = await box.refusal(['upgrade', 'shop', '--to', '99']);
      expect(failed).toMatchObject({ code: 'DATABASE_NOT_STARTED' });
      expect(await box.leftovers()).toEqual(before);

      const running = box.start(['upgrade', 'shop', '--to', '18']);
      await running.until(/stopping PostgreSQL/);
      running.kill('SIGKILL');
      await running.finished;
      const elsewhere = { HOME: box.directory };
      for (const args of [creation('shop'), ['upgrade', 'shop', '--drop-old']])
        expect(await box.refusal(args, elsewhere)).toMatchObject({ code: 'LOCKED' });
      await box.json(['list']);
      expect(await box.leftovers()).toEqual(before);

      expect((await box.json(['upgrade', 'shop', '--to', '18'])).report).toMatchObject({
        upgraded: true,
        to: 18,
        databases: [{ database: 'shop', tables: 1, rows: 500 }],
        keptVolume: 'sovrabase-db-shop-data',
      });
      expect(await box.json(creation('shop'))).toMatchObject({
        created: false,
        database: { postgresVersion: '18' },
      });
      const { dropped } = await box.json(['upgrade', 'shop', '--drop-old']);
      expect(dropped).toEqual(['sovrabase-db-shop-data']);
      await withForward(box, 'shop', async (url) => {
        const sql =
          "SELECT count(*)::int AS rows, left(current_setting('server_version'), 2) AS major FROM kept";
        expect(await query(url, sql)).toEqual([{ rows: 500, major: '18' }]);
      });
      // The nodes have programs to dump with of their own PostgreSQL only.
      expect((await box.orq(['delete', 'shop', '--yes', '--no-backup'])).code).toBe(0);
      expect(await box.leftovers()).toEqual([]);
    },
  );

  test('has a place in a shared server too', async () => {
    const { database } = await box.json(creation('blog', '--placement', 'shared'));
    expect(database?.host).toBe(`sovrabase-db-shared.${box.namespace}.svc`);
    await withForward(box, 'blog', async (url) => {
      expect(await query(url, 'SELECT current_user::text AS role')).toEqual([{ role: 'blog' }]);
    });
    expect((await box.json(['list'])).databases?.map(({ projectId }) => projectId)).toEqual([
      'blog',
      'shared',
    ]);
  });

  test('starts again after it was scaled down, and gives fields that others changed not back', async () => {
    await box.json(creation('shop', '--memory', '256m'));
    const api = KubernetesObjectApi.makeApiClient(cluster.config);
    const named = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'sovrabase-db-shop', namespace: box.namespace },
    };
    const merge = (spec: object, manager: string) =>
      api.patch(
        Object.assign({ spec }, named),
        undefined,
        undefined,
        manager,
        undefined,
        PatchStrategy.MergePatch,
      );
    await merge({ replicas: 0 }, 'kubectl-scale');
    await expect.poll(() => box.leftovers(), { timeout: 60_000 }).not.toContain('Pod sovrabase-db-shop-0');
    expect((await box.json(['get', 'shop'])).database).toMatchObject({ status: 'stopped' });
    expect(await box.json(creation('shop', '--memory', '256m'))).toMatchObject({
      created: false,
      database: { status: 'running' },
    });
    const set = await api.read<V1StatefulSet>(named);
    const [container] = set.spec?.template.spec?.containers ?? [];
    if (container?.resources === undefined) throw new Error('no container');
    container.resources.limits = { memory: '300Mi' };
    await merge({ template: set.spec?.template }, 'kubectl-edit');
    const refusal = await box.refusal(creation('shop', '--memory', '256m'));
    expect(refusal).toMatchObject({ code: 'CONFLICT' });
    expect(refusal.detail).toContain('limits.memory');
    expect(refusal.detail).toContain('kubectl-edit');
    expect((await box.orq(['delete', 'shop', '--yes', '--force', '--no-backup'])).code).toBe(0);
  });
});
