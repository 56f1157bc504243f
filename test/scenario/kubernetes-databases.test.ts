import { createHash } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CoreV1Api, KubernetesObjectApi, type V1PodList } from '@kubernetes/client-node';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { createDatabaseOrchestrator } from '../../src/index.ts';
import { documents } from '../../src/output/schemas/documents.ts';
import { box, cluster, testInCluster } from './in-cluster.ts';
import { creation, patience, withForward } from './kubernetes-box.ts';
import { query } from './query.ts';

testInCluster();

describe('a database for a project on Kubernetes', () => {
  test('is made once, found, reached, and goes with its data', async () => {
    expect((await box.orq(['exists', 'shop'])).code).toBe(1);
    const made = await box.json(creation('shop', '--memory', '256m', '--cpus', '0.5'));
    expect(documents['db-create'].safeParse(made).error).toBeUndefined();
    expect(made).toMatchObject({ created: true, database: { status: 'running' } });
    const host = `sovrabase-db-shop.${box.namespace}.svc`;
    expect(made.database?.connectionString).toBe(
      `postgresql://shop:${made.database?.password}@${host}:5432/shop`,
    );
    expect(await box.leftovers()).toEqual([
      'PersistentVolumeClaim sovrabase-db-shop-data',
      'Pod sovrabase-db-shop-0',
      'Secret sovrabase-db-shop',
      'Service sovrabase-db-shop',
      'StatefulSet sovrabase-db-shop',
    ]);
    const again = await box.json(creation('shop', '--memory', '256m', '--cpus', '0.5'));
    expect(again).toEqual({ ...made, created: false });
    expect(await box.refusal(creation('shop', '--memory', '512m', '--storage', '2g'))).toMatchObject({
      code: 'DATABASE_EXISTS',
      detail: [
        'memory: it has 256m, 512m is asked for',
        'cpus: it has 0.5, none is asked for',
        'storage: it has 1g, 2g is asked for',
      ].join('\n'),
    });
    expect((await box.orq(['url', 'shop'])).stdout.trim()).toBe(made.database?.connectionString);
    expect((await box.orq(['get', 'shop'])).stdout).toContain('orq db forward shop');
    const list = await box.orq(['list']);
    expect(list.stdout).toContain('shop');
    expect(list.stdout).not.toContain(made.database?.password);
    await withForward(box, 'shop', async (url) => {
      await query(url, 'CREATE TABLE kept AS SELECT 7 AS word');
      const wrong = url.replace(made.database?.password ?? '', 'wrong');
      await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
      expect(
        JSON.stringify(await query(url, 'SELECT rolpassword FROM pg_authid WHERE rolname = current_user')),
      ).toContain('SCRAM-SHA-256$');
      const session = new Client({ connectionString: url });
      session.on('error', () => undefined);
      await session.connect();
      expect(await box.refusal(['delete', 'shop', '--yes'])).toMatchObject({ code: 'DATABASE_IN_USE' });
      await session.end();
    });
    expect((await box.orq(['delete', 'shop', '--yes'])).code).toBe(0);
    expect(await box.leftovers()).toEqual([]);
    expect(await box.refusal(['get', 'shop'])).toMatchObject({ code: 'DATABASE_UNKNOWN' });
  });

  test('keeps its password out of every object but the Secret, and its Pod is restricted', async () => {
    const { database } = await box.json(creation('shop'));
    const core = cluster.config.makeApiClient(CoreV1Api);
    const { items }: V1PodList = await core.listNamespacedPod({ namespace: box.namespace });
    const sets = await KubernetesObjectApi.makeApiClient(cluster.config).list(
      'apps/v1',
      'StatefulSet',
      box.namespace,
    );
    expect(JSON.stringify([items, sets])).not.toContain(database?.password);
    expect(items[0]?.spec?.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(items[0]?.spec?.containers[0]).toMatchObject({
      resources: { requests: { memory: '128Mi', cpu: '100m' } },
      readinessProbe: { exec: { command: expect.arrayContaining(['pg_isready']) } },
      securityContext: { allowPrivilegeEscalation: false },
    });
  });

  test('keeps what is not asked for again, the version above all', async () => {
    await box.json(creation('shop', '--postgres', '17-alpine', '--storage', '2g'));
    expect(await box.json(creation('shop'))).toMatchObject({ created: false });
    const core = cluster.config.makeApiClient(CoreV1Api);
    const named = { namespace: box.namespace };
    const pod = await core.readNamespacedPod({ name: 'sovrabase-db-shop-0', ...named });
    expect(pod.spec?.containers[0]?.image).toBe('postgres:17-alpine');
    expect(pod.spec?.securityContext?.runAsUser).toBe(70);
    const claim = await core.readNamespacedPersistentVolumeClaim({
      name: 'sovrabase-db-shop-data',
      ...named,
    });
    expect(claim.spec?.resources?.requests).toEqual({ storage: '2Gi' });
    expect(await box.refusal(creation('shop', '--postgres', '18'))).toMatchObject({
      code: 'DATABASE_EXISTS',
      detail: 'version: it has 17-alpine, 18 is asked for',
    });
  });

  test('is one when two make it at once, and two when they differ', async () => {
    const [one, two, other] = await Promise.all([
      box.json(creation('shop')),
      box.json(creation('shop')),
      box.json(creation('blog')),
    ]);
    expect([one.created, two.created].sort()).toEqual([false, true]);
    expect(one.database).toEqual(two.database);
    expect(other.created).toBe(true);
    expect((await box.json(['list'])).databases?.map(({ projectId }) => projectId)).toEqual(['blog', 'shop']);
  });

  test('leaves nothing when orq is killed while it makes it', async () => {
    const running = box.start(creation('shop'));
    await expect
      .poll(() => box.leftovers(), { interval: 5, timeout: 30_000 })
      .toContain('StatefulSet sovrabase-db-shop');
    running.kill('SIGKILL');
    await running.finished;
    expect((await box.json(['list'])).databases).toEqual([]);
    expect(await box.leftovers()).toEqual([]);
    expect(await box.json(creation('shop'))).toMatchObject({ created: true });
  });

  test('that somebody else began goes when its time is over, and not before', async () => {
    const core = cluster.config.makeApiClient(CoreV1Api);
    const begin = (id: string, until: Date) =>
      core.createNamespacedSecret({
        namespace: box.namespace,
        body: {
          metadata: {
            name: `sovrabase-db-${id}`,
            labels: { 'sovrabase.managed': 'true', 'sovrabase.project_id': id },
            annotations: { 'sovrabase.creating_until': until.toISOString() },
          },
        },
      });
    await begin('late', new Date(Date.now() - 1000));
    await begin('early', new Date(Date.now() + 60_000));
    expect((await box.json(['list'])).databases?.map(({ projectId }) => projectId)).toEqual(['early']);
    expect(await box.leftovers()).toEqual(['Secret sovrabase-db-early']);
  });

  test('stays when a command of another engine, or one that had only noted its intent, was killed', async () => {
    const { database } = await box.json(creation('shop'));
    const note = JSON.stringify({
      pid: 2 ** 22,
      token: '',
      doing: 'create',
      since: new Date().toISOString(),
    });
    const { server = '' } = cluster.config.getCurrentCluster() ?? {};
    const key = `${box.namespace}-${createHash('sha256').update(server).digest('hex').slice(0, 8)}`;
    const folder = join(box.env['HOME'] ?? '', '.local/share/orq/databases');
    const own = join(folder, 'kubernetes', key, 'changing', 'kubernetes');
    for (const place of [join(folder, 'changing', 'docker'), own]) {
      await mkdir(place, { recursive: true });
      await writeFile(join(place, 'shop.json'), note);
    }
    expect((await box.json(['list'])).databases).toEqual([database]);
    await expect(access(join(own, 'shop.json'))).rejects.toThrow('ENOENT');
  });

  test('leaves nothing when orq is interrupted while it makes it', async () => {
    const running = box.start(creation('shop'));
    await expect
      .poll(() => box.leftovers(), { interval: 5, timeout: 30_000 })
      .toContain('Secret sovrabase-db-shop');
    running.kill('SIGINT');
    expect((await running.finished).code).toBe(130);
    expect(await box.leftovers()).toEqual([]);
  });

  test('is an API with types', async () => {
    const environment = { ...box.env, ORQ_ENGINE: undefined };
    const { kubeconfig, namespace } = box;
    const databases = createDatabaseOrchestrator({
      type: 'kubernetes',
      cluster: { kubeconfig, namespace },
      environment,
    });
    const options = {
      operator: 'none',
      ...(patience.length === 0 ? {} : { startLimitMs: 180_000 }),
    } as const;
    const made = await databases.createDatabase('shop', { password: "it's %secret", ...options });
    expect(await databases.getDatabaseInfo('shop')).toEqual(made);
    const answer = await databases.withForward('shop', (url) => query(url, 'SELECT 1 AS one'));
    expect(answer).toEqual([{ one: 1 }]);
    const stopped = new AbortController();
    stopped.abort(new Error('enough'));
    await expect(databases.listDatabases({ signal: stopped.signal })).rejects.toThrow('enough');
    const during = new AbortController();
    setImmediate(() => during.abort(new Error('in the middle')));
    await expect(databases.createDatabase('blog', options, { signal: during.signal })).rejects.toThrow(
      'in the middle',
    );
    await databases.deleteDatabase('shop');
    expect(await databases.databaseExists('shop')).toBe(false);
    expect(await box.leftovers()).toEqual([]);
  });
});

describe('orq db on Kubernetes', () => {
  test('refuses what it cannot do, before anything is made', async () => {
    const long = 'a'.repeat(40);
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['create', 'shop', '--port', '5433'], 'USAGE'],
      [['create', long], 'USAGE'],
      [['create', 'shop', '--storage', '1m'], 'USAGE'],
      [['forward', 'shop', '--port', 'x'], 'USAGE'],
      [['upgrade', 'shop', '--to', '18'], 'DATABASE_UNKNOWN'],
      [['upgrade', 'shop', '--drop-old'], 'DATABASE_UNKNOWN'],
      [['backup', 'shop'], 'DATABASE_UNKNOWN'],
      [['delete', 'shop', '--yes'], 'DATABASE_UNKNOWN'],
    ];
    for (const [args, code] of cases) expect(await box.refusal(args), args.join(' ')).toMatchObject({ code });
    expect(await box.leftovers()).toEqual([]);
  });

  test('touches nothing that it did not make', async () => {
    const core = cluster.config.makeApiClient(CoreV1Api);
    const body = {
      metadata: { name: 'sovrabase-db-shop' },
      spec: { ports: [{ port: 80 }], selector: { app: 'other' } },
    };
    await core.createNamespacedService({ namespace: box.namespace, body });
    expect(await box.refusal(creation('shop'))).toMatchObject({ code: 'CONFLICT' });
    expect(await box.leftovers()).toEqual([]);
    const kept = await core.readNamespacedService({ name: 'sovrabase-db-shop', namespace: box.namespace });
    expect(kept.spec?.ports?.[0]?.port).toBe(80);
    const secret = { metadata: { name: 'sovrabase-db-blog' }, stringData: { own: 'yes' } };
    await core.createNamespacedSecret({ namespace: box.namespace, body: secret });
    expect(await box.refusal(creation('blog'))).toMatchObject({ code: 'CONFLICT' });
    expect(
      (await core.readNamespacedSecret({ name: 'sovrabase-db-blog', namespace: box.namespace })).data,
    ).toHaveProperty('own');
  });

  test('says what is wrong with the way to the cluster', async () => {
    const none = { KUBECONFIG: undefined };
    expect(await box.refusal(['list', '--kubeconfig', 'none.yaml'])).toMatchObject({
      code: 'ENGINE_ENDPOINT',
    });
    const context = await box.refusal(['list', '--context', 'moon']);
    expect(context).toMatchObject({ code: 'ENGINE_ENDPOINT' });
    expect(context.message).toContain('moon');
    expect(await box.refusal(['list'], none)).toMatchObject({ code: 'ENGINE_ENDPOINT' });
    const away = { ...none, ORQ_KUBE_TOKEN: 'x' };
    const unreachable = await box.refusal(['list', '--kube-api', 'https://127.0.0.1:1'], away);
    expect(unreachable).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(unreachable.message).toContain('https://127.0.0.1:1');
    const nowhere = await box.orq(['create', 'shop', '--namespace', 'orq-nowhere', '--json']);
    expect(JSON.parse(nowhere.stdout).error).toMatchObject({
      code: 'NOT_FOUND',
      hint: 'kubectl create namespace orq-nowhere',
    });
    const listed = await box.orq(['list', '--namespace', 'orq-nowhere', '--json']);
    expect(JSON.parse(listed.stdout).error).toMatchObject({ code: 'NOT_FOUND' });
    const server = cluster.config.getCurrentCluster()?.server ?? '';
    const expired = await box.refusal(['list', '--kube-api', server], {
      ...none,
      ORQ_KUBE_TOKEN: 'expired',
      NODE_EXTRA_CA_CERTS: cluster.own?.certificateFile,
    });
    expect(['ENGINE_PERMISSION', 'ENGINE_UNREACHABLE']).toContain(expired.code);
  });
});
