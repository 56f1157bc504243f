import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { findServer } from '../../src/engine/embedded/servers/find-servers.ts';
import { newerMajor } from '../engine/kubernetes/nodes/newer-postgres.ts';
import { adminToken, startCluster, type TestCluster } from '../engine/kubernetes/start-cluster.ts';
import { type Finished, type Running, startOrq } from './run-orq.ts';

/** A cluster for tests: the one that KUBECONFIG names when ORQ_TEST_KUBERNETES says so, else one of the tests' own. */
export interface KubernetesCluster {
  /** Undefined for a real one. */
  readonly own: TestCluster | undefined;
  readonly config: KubeConfig;
  /** A namespace with the profile "restricted", and a home for orq. */
  openBox(): Promise<KubernetesBox>;
  close(): Promise<void>;
}

export interface KubernetesBox {
  readonly namespace: string;
  readonly directory: string;
  readonly kubeconfig: string;
  readonly env: Changes;
  orq(args: readonly string[], changes?: Changes): Promise<Finished>;
  start(args: readonly string[], changes?: Changes): Running;
  /** Runs orq with --json; fails with what it printed when it failed. */
  json(args: readonly string[], changes?: Changes): Promise<Answer>;
  /** The code and text of the error with which orq ends. */
  refusal(args: readonly string[], changes?: Changes): Promise<Refusal>;
  /** Kinds and names of all objects that carry the label of orq, but for the operator's jobs. */
  leftovers(): Promise<readonly string[]>;
  /** Writes a file of its folder. */
  write(path: string, text: string): Promise<void>;
  close(): Promise<void>;
}

type Changes = Readonly<Record<string, string | undefined>>;

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
}

/** Any JSON document of `orq db`; tests say what they expect of it. */
interface Answer {
  readonly created?: boolean;
  readonly database?: DatabaseAnswer;
  readonly databases?: readonly DatabaseAnswer[];
  readonly backup?: { readonly path: string };
  readonly metrics?: readonly {
    readonly sizeBytes: number;
    readonly connections: { readonly total: number };
  }[];
  readonly branch?: { readonly name: string };
  readonly report?: { readonly upgraded: boolean; readonly keptVolume: string | null };
  readonly dropped?: readonly string[];
  readonly error?: Refusal;
}

interface DatabaseAnswer {
  readonly projectId: string;
  readonly password: string;
  readonly connectionString: string;
  readonly status: string;
  readonly host: string;
  readonly containerName: string;
}

const isReal = process.env['ORQ_TEST_KUBERNETES'] === 'real';

/** Whether there is PostgreSQL 18 beside what stands for 17: servers of the machine may be as new. */
export const hasNewer =
  isReal || ((await findServer('postgres', 'postgres:17', process.env))?.major ?? newerMajor) < newerMajor;

/** Options for creations: nodes of a real cluster pull the image first. */
export const patience: readonly string[] = isReal ? ['--timeout', '3m'] : [];

/** Words of a creation for tests of StatefulSets, whether CloudNativePG is installed or not. */
export function creation(id: string, ...more: readonly string[]): readonly string[] {
  return ['create', id, ...patience, ...(isReal ? ['--operator', 'none'] : []), ...more];
}

export async function openCluster(options: { readonly operator?: boolean } = {}): Promise<KubernetesCluster> {
  const own = isReal ? undefined : await startCluster(options);
  const config = new KubeConfig();
  if (own === undefined) config.loadFromDefault();
  else config.loadFromFile(await own.kubeconfig(adminToken, 'default'));
  return {
    own,
    config,
    openBox: () => openBox(own, config),
    close: async () => own?.close(),
  };
}

async function openBox(own: TestCluster | undefined, config: KubeConfig): Promise<KubernetesBox> {
  const root = await mkdtemp(join(tmpdir(), 'orq-kubernetes-'));
  const [directory, home] = [join(root, 'project'), join(root, 'home')];
  await Promise.all([mkdir(directory), mkdir(home)]);
  const namespace = `orq-test-${randomBytes(4).toString('hex')}`;
  await addNamespace(own, config, namespace);
  const kubeconfig =
    own === undefined ? (process.env['KUBECONFIG'] ?? '') : await own.kubeconfig(adminToken, namespace);
  const env = { PATH: process.env['PATH'], HOME: home, ORQ_ENGINE: 'kubernetes', KUBECONFIG: kubeconfig };
  const start = (args: readonly string[], changes: Changes = {}): Running =>
    startOrq(['db', '--namespace', namespace, ...args], { cwd: directory, env: { ...env, ...changes } });
  const orq = (args: readonly string[], changes?: Changes): Promise<Finished> =>
    start(args, changes).finished;
  return {
    namespace,
    directory,
    kubeconfig,
    env,
    start,
    orq,
    json: async (args, changes) => {
      const { stdout, stderr, code } = await orq([...args, '--json'], changes);
      expect(code, stdout + stderr).toBe(0);
      const answer: Answer = JSON.parse(stdout);
      return answer;
    },
    refusal: async (args, changes) => {
      const { stdout, stderr } = await orq([...args, '--json'], changes);
      const { error }: Answer = JSON.parse(stdout || '{}');
      if (error === undefined) throw new Error(`no error: ${stdout} ${stderr}`);
      return error;
    },
    leftovers: () => leftovers(config, namespace),
    write: (path, text) => writeFile(join(directory, path), text),
    close: async () => {
      if (own === undefined) await config.makeApiClient(CoreV1Api).deleteNamespace({ name: namespace });
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** What every Pod in it has to be like: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };

async function addNamespace(own: TestCluster | undefined, config: KubeConfig, name: string): Promise<void> {
  if (own !== undefined) own.addNamespace(name, restricted);
  else
    await config
      .makeApiClient(CoreV1Api)
      .createNamespace({ body: { metadata: { name, labels: restricted } } });
}

const kinds = [
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'PersistentVolumeClaim'],
  ['v1', 'Pod'],
  ['apps/v1', 'StatefulSet'],
] as const;

/** A Pod of a job of CloudNativePG, which takes it away when it comes to it. */
const operatorsJob = /^Pod .*-\d+-(initdb|join)-\w+$/;

async function leftovers(config: KubeConfig, namespace: string): Promise<readonly string[]> {
  const api = KubernetesObjectApi.makeApiClient(config);
  const none = undefined;
  const found = await Promise.all(
    kinds.map(([version, kind]) =>
      api.list(version, kind, namespace, none, none, none, none, 'sovrabase.managed=true'),
    ),
  );
  return found
    .flatMap(({ items }, index) => items.map(({ metadata }) => `${kinds[index]?.[1]} ${metadata?.name}`))
    .filter((name) => !operatorsJob.test(name))
    .sort();
}

/** Runs work with a connection string for this machine, while `orq db forward` is at work. */
export async function withForward<Result>(
  box: KubernetesBox,
  id: string,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const running = box.start(['forward', id]);
  try {
    return await work(await running.until(/postgresql:\/\/\S+@127\.0\.0\.1:\d+\/\S+/));
  } finally {
    running.kill('SIGINT');
    await running.finished;
  }
}
