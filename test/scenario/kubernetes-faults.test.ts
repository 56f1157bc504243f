import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { resources } from '../engine/kubernetes/api/admission.ts';
import type { Rule } from '../engine/kubernetes/api/authorization.ts';
import { faultyImages } from '../engine/kubernetes/nodes/images.ts';
import type { TestCluster } from '../engine/kubernetes/start-cluster.ts';
import { box, cluster, testInCluster } from './in-cluster.ts';
import { startOrq } from './run-orq.ts';

testInCluster();

/** These faults are put into the tests' own cluster. */
function own(): TestCluster {
  if (cluster.own === undefined) throw new Error('these tests need the cluster of the tests');
  return cluster.own;
}

const full = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
/** What docs/databases.md says orq needs. */
const needed: readonly Rule[] = [
  { verbs: full, resources: ['secrets', 'services', 'persistentvolumeclaims', 'statefulsets'] },
  { verbs: ['get', 'list', 'watch'], resources: ['pods', 'events', 'pods/log'] },
  { verbs: ['get', 'create'], resources: ['pods/exec', 'pods/portforward'] },
];

/** Runs orq as a user who has all that is needed but for some verb of a resource. */
async function without(verb: string, resource: string): Promise<{ readonly KUBECONFIG: string }> {
  const rules = needed.flatMap(({ verbs, resources: each }): Rule[] => [
    { verbs, resources: each.filter((name) => name !== resource) },
    { verbs: verbs.filter((word) => word !== verb), resources: each.filter((name) => name === resource) },
  ]);
  const token = `without-${verb}-${resource.replace('/', '-')}`;
  own().addUser(token, { name: token, rules });
  return { KUBECONFIG: await own().kubeconfig(token, box.namespace) };
}

function addQuota(hard: Readonly<Record<string, string>>): void {
  own().store.create(resources.quotas, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small', namespace: box.namespace },
    spec: { hard },
  });
}

describe('a database that cannot start on Kubernetes leaves nothing, and the error says why', () => {
  interface Case {
    readonly fault: string;
    readonly more?: readonly string[];
    readonly image?: string;
    readonly words: readonly string[];
  }
  const cases: readonly Case[] = [
    {
      fault: 'an image that is not there',
      more: ['--postgres', '99'],
      words: ['the image cannot be pulled', 'ImagePullBackOff'],
    },
    {
      fault: 'more memory than a node has',
      more: ['--memory', '64g', '--timeout', '2s'],
      words: ['no node takes the Pod', 'Insufficient memory', '(FailedScheduling)'],
    },
    {
      fault: 'a storage class that is not there',
      more: ['--storage-class', 'gold', '--timeout', '2s'],
      words: ['sovrabase-db-shop-data is Pending (storage class gold)', '"gold" not found'],
    },
    {
      fault: 'a server that ends at once',
      image: faultyImages.crashing,
      words: [
        'ends as soon as it is started: exit code 1',
        'CrashLoopBackOff',
        'could not load private key file',
      ],
    },
    {
      fault: 'a server that never answers',
      more: ['--timeout', '1s'],
      image: faultyImages.silent,
      words: ['did not start within 1 s'],
    },
  ];
  test.each(cases)('$fault', async ({ more = [], image, words }) => {
    const refusal = await box.refusal(['create', 'shop', ...more], { ORQ_IMAGE_POSTGRES: image });
    expect(refusal, JSON.stringify(refusal)).toMatchObject({ code: 'DATABASE_NOT_STARTED' });
    for (const word of words) expect(`${refusal.message}\n${refusal.detail}`).toContain(word);
    // More time helps only what may yet come.
    const isHopeless = /cannot start/.test(refusal.message);
    expect(refusal.hint).toContain(isHopeless ? 'describe pods' : '--timeout 3m');
    expect(await box.leftovers()).toEqual([]);
  });

  test('a quota for Pods, which the StatefulSet meets', async () => {
    addQuota({ pods: '0' });
    for (const more of [[], ['--timeout', '2s']]) {
      const refusal = await box.refusal(['create', 'shop', ...more]);
      expect(refusal).toMatchObject({ code: 'QUOTA_EXCEEDED' });
      expect(refusal.message).toContain('leaves no room for pods sovrabase-db-shop-0');
      expect(refusal.detail).toMatch(/^pods "sovrabase-db-shop-0" is forbidden: exceeded quota: small, /);
      expect(await box.leftovers()).toEqual([]);
    }
  });

  test('what was said of one of the same name before is not said again', async () => {
    const more = ['create', 'shop', '--timeout', '4s', '--storage-class'];
    await box.refusal([...more, 'silver']);
    const { detail } = await box.refusal([...more, 'gold']);
    expect(detail).toContain('"gold" not found');
    expect(detail).not.toContain('silver');
  });
});

describe('the API server refuses', () => {
  test('what a quota has no room for', async () => {
    addQuota({ 'requests.storage': '500Mi' });
    const refusal = await box.refusal(['create', 'shop']);
    expect(refusal).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(refusal.detail).toContain('exceeded quota: small, requested: requests.storage=');
    expect(await box.leftovers()).toEqual([]);
  });

  test('nothing that the documented permissions cover', async () => {
    const changes = await without('none', 'none');
    expect(await box.json(['create', 'shop'], changes)).toMatchObject({ created: true });
    expect((await box.orq(['backup', 'shop'], changes)).code).toBe(0);
    expect((await box.orq(['upgrade', 'shop', '--to', '18'], changes)).code).toBe(0);
    expect((await box.orq(['delete', 'shop', '--yes'], changes)).code).toBe(0);
  });

  test('nothing of replicas either', async () => {
    const changes = await without('none', 'none');
    await box.json(['create', 'shop'], changes);
    for (const args of [['replica'], ['switchover'], ['switchover'], ['replica', '--remove']])
      expect((await box.orq([...args, 'shop'], changes)).code).toBe(0);
  });

  test.each([
    ['create', 'secrets'],
    ['create', 'persistentvolumeclaims'],
    ['create', 'statefulsets'],
    ['patch', 'statefulsets'],
    ['patch', 'services'],
    ['watch', 'pods'],
    ['list', 'secrets'],
    ['get', 'persistentvolumeclaims'],
    ['get', 'pods/portforward'],
    ['create', 'pods/portforward'],
  ])('%s %s to who lacks it: the error names verb, resource and namespace', async (verb, resource) => {
    const refusal = await box.refusal(['create', 'shop'], await without(verb, resource));
    expect(refusal).toMatchObject({ code: 'ENGINE_PERMISSION' });
    const named = resource === 'statefulsets' ? 'statefulsets.apps' : resource;
    expect(refusal.message).toBe(`The user may not ${verb} ${named} in the namespace ${box.namespace}.`);
    // Who may not watch Pods does not see them go.
    await expect.poll(() => box.leftovers(), { timeout: 30_000 }).toEqual([]);
  });

  test('commands and forwards to who may not open them', async () => {
    await box.json(['create', 'shop']);
    const exec = await box.refusal(['backup', 'shop'], await without('create', 'pods/exec'));
    expect(exec).toMatchObject({ code: 'ENGINE_PERMISSION' });
    expect(exec.message).toContain('create pods/exec');
    const forward = await box.refusal(['metrics', 'shop'], await without('create', 'pods/portforward'));
    expect(forward).toMatchObject({ code: 'ENGINE_PERMISSION' });
    expect(forward.message).toContain('create pods/portforward');
  });

  test('a removal that could not come to its end: nothing is removed', async () => {
    await box.json(['create', 'shop']);
    const before = await box.leftovers();
    const refusal = await box.refusal(['delete', 'shop', '--yes'], await without('delete', 'secrets'));
    expect(refusal).toMatchObject({ code: 'ENGINE_PERMISSION' });
    expect(refusal.message).toContain('may not delete secrets');
    expect(await box.leftovers()).toEqual(before);
    expect((await box.json(['list'])).databases).toMatchObject([{ status: 'running' }]);
    expect((await box.orq(['delete', 'shop', '--yes'])).code).toBe(0);
    expect(await box.leftovers()).toEqual([]);
  });

  test('a replica: the server serves as before', async () => {
    await box.json(['create', 'shop']);
    const before = await box.leftovers();
    const forbidden = [
      ['create', 'secrets'],
      ['patch', 'persistentvolumeclaims'],
      ['patch', 'statefulsets'],
      ['create', 'pods/exec'],
    ] as const;
    for (const [verb, resource] of forbidden) {
      const refusal = await box.refusal(['replica', 'shop'], await without(verb, resource));
      expect(refusal).toMatchObject({ code: 'ENGINE_PERMISSION' });
      expect(refusal.message).toMatch(new RegExp(`may not ${verb} ${resource}(.apps)? in the namespace`));
      expect(await box.leftovers()).toEqual(before);
    }
    addQuota({ persistentvolumeclaims: '1' });
    expect(await box.refusal(['replica', 'shop'])).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(await box.leftovers()).toEqual(before);
    expect(await box.json(['create', 'shop'])).toMatchObject({ database: { status: 'running' } });
  });

  test('a replica whose name would be too long for its Pod', async () => {
    const id = 'a'.repeat(32);
    await box.json(['create', id]);
    expect(await box.refusal(['replica', id])).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('by 1 character.'),
    });
  });

  test('an operator that is not installed', async () => {
    const refusal = await box.refusal(['create', 'shop', '--operator', 'cnpg']);
    expect(refusal).toMatchObject({ code: 'ENGINE_UNSUPPORTED' });
    expect(await box.leftovers()).toEqual([]);
  });

  test('who it does not know, with the remedy', async () => {
    const KUBECONFIG = await own().kubeconfig('expired', box.namespace);
    const refusal = await box.refusal(['list'], { KUBECONFIG });
    expect(refusal).toMatchObject({ code: 'ENGINE_PERMISSION' });
    expect(refusal.message).toContain('has expired');
  });

  test('nobody whose kubeconfig names a program that is not there: that is the error', async () => {
    const config = JSON.parse(await readFile(box.kubeconfig, 'utf8'));
    const login = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-login' } };
    await box.write('login.json', JSON.stringify({ ...config, users: [{ name: 'test', user: login }] }));
    const refusal = await box.refusal(['list', '--kubeconfig', 'login.json']);
    expect(refusal).toMatchObject({ code: 'COMMAND_MISSING' });
    expect(refusal.detail).toContain('no-such-login');
  });

  test('no one who names it by address, token and certificate', async () => {
    await box.json(['create', 'shop']);
    const { url, certificateFile } = own();
    const lines = [
      `kube_api = "${url}"`,
      'kube_token = "admin-token"',
      `kube_ca = "${certificateFile}"`,
      `namespace = "${box.namespace}"`,
    ];
    await box.write('orq.toml', `[orchestrator]\ntype = "kubernetes"\n${lines.join('\n')}\n`);
    const changes = { KUBECONFIG: undefined, ORQ_ENGINE: undefined };
    expect((await box.json(['list'], changes)).databases).toHaveLength(1);
    await box.write(
      'orq.toml',
      `[orchestrator]\ntype = "kubernetes"\n${lines.filter((line) => !line.startsWith('kube_ca')).join('\n')}\n`,
    );
    const refusal = await box.refusal(['list'], changes);
    expect(refusal).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(refusal.message).toContain('is not trusted');
    expect(refusal.detail).toMatch(/self-signed certificate/);
    expect(refusal.hint).toContain('kube_ca');
  });
});

describe('what leads to no cluster is named', () => {
  test('a certificate that is not there, and an address without encryption', async () => {
    const token = { ORQ_KUBE_TOKEN: 'admin-token', KUBECONFIG: undefined };
    const { url } = own();
    const missing = await box.refusal(['list', '--kube-api', url, '--kube-ca', 'none.crt'], token);
    expect(missing).toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(missing.message).toContain('none.crt');
    const plain = await box.refusal(['list', '--kube-api', url.replace('https', 'http')], token);
    expect(plain).toMatchObject({ code: 'ENGINE_ENDPOINT' });
    const config = JSON.parse(await readFile(box.kubeconfig, 'utf8'));
    const cluster = { server: url, 'certificate-authority': '/none.crt' };
    await box.write('other.json', JSON.stringify({ ...config, clusters: [{ name: 'test', cluster }] }));
    const file = await box.refusal(['list', '--kubeconfig', 'other.json']);
    expect(file).toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(file.detail).toContain('/none.crt');
  });
});

describe('an API server that goes away for a moment', () => {
  test('keeps no database from being made', async () => {
    const running = box.start(['create', 'shop', '--json']);
    await expect
      .poll(() => box.leftovers(), { interval: 5, timeout: 30_000 })
      .toContain('StatefulSet sovrabase-db-shop');
    const comeBack = await own().goAway();
    await expect(box.leftovers()).rejects.toThrow('ECONNREFUSED');
    await comeBack();
    const { code, stdout } = await running.finished;
    expect(JSON.parse(stdout)).toMatchObject({ created: true, database: { status: 'running' } });
    expect(code).toBe(0);
  });

  test('is waited for by nobody who has not reached it yet', async () => {
    const comeBack = await own().goAway();
    expect(await box.refusal(['list'])).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await comeBack();
  });
});

describe('other engines and other commands', () => {
  const run = (...args: readonly string[]) =>
    startOrq(args, { cwd: box.directory, env: { ...box.env, ORQ_ENGINE: undefined } }).finished;

  test('have nothing of a cluster, and say so', async () => {
    const embedded = ['--engine', 'embedded'];
    expect((await run('db', 'forward', 'shop', ...embedded)).stderr).toContain('[ENGINE_UNSUPPORTED]');
    const storage = await run('db', 'create', 'shop', '--storage', '1g', '--operator', 'cnpg', ...embedded);
    expect(storage.code).toBe(2);
    expect(storage.stderr).toContain('--storage is for Kubernetes only.');
    expect((await run('db', 'list', '--namespace', 'x', ...embedded)).stderr).toContain('[USAGE]');
    await box.write('compose.yaml', 'services: { web: { image: nginx } }\n');
    expect((await run('up', '--engine', 'kubernetes')).stderr).toContain('[ENGINE_UNSUPPORTED]');
  });

  test('are not asked once a cluster is named', async () => {
    const { stdout } = await run('db', 'list', '--json', '--namespace', box.namespace);
    expect(JSON.parse(stdout).databases).toEqual([]);
  });
});
