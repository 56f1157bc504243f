import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from './engine.ts';
import { defined } from '../model/defined.ts';
import { OrqError } from '../model/errors.ts';
import { composeLabels } from '../model/labels.ts';

/** Words of `--engine` and ORQ_ENGINE. */
export const engineWords = ['auto', 'docker', 'podman', 'embedded', 'kubernetes'] as const;
export type EngineWord = (typeof engineWords)[number];

/** What the user said about a Kubernetes cluster, absent where nothing was said. */
export interface ClusterChoice {
  readonly kubeconfig?: string;
  /** URL of the API server, in place of a kubeconfig. */
  readonly api?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  /** Path of the certificate of the authority that signed the API server's. */
  readonly certificate?: string;
  readonly namespace?: string;
}

/** What the user said about the engine, by flags and environment. */
export interface EngineWish {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly engine?: EngineWord;
  readonly context?: string;
  readonly host?: string;
  /** Present for databases of projects, which alone can be in a cluster. */
  readonly cluster?: ClusterChoice;
  readonly signal: AbortSignal;
  /** Folder `.orq` of the project. */
  readonly stateDirectory: string;
  readonly cwd: string;
  /** Names of the projects that the command is about. */
  readonly projects: readonly string[];
  /** Told which engine was taken when nothing said which. */
  readonly onChoice: (text: string) => void;
}

/**
 * Connects to the engine that is asked for, else to the one that runs the project's services, else to Docker when it
 * is on this machine, else to the embedded one. A Docker that is there and cannot be used is an error, never a reason
 * to take another. Throws ENGINE_* with the remedy.
 */
export async function selectEngine(wish: EngineWish): Promise<Engine> {
  const word = wordOf(wish);
  if (word === 'embedded') return embedded(wish);
  if (word === 'podman') return podman(wish);
  if (word === 'kubernetes') return kubernetes(wish);
  if (word !== 'auto' || wish.context !== undefined || wish.host !== undefined) return docker(wish);
  if (await hasEmbedded(wish)) return embedded(wish);
  if (await isDockerHere(wish)) return docker(wish);
  wish.onChoice('no Docker here: services run as plain processes (embedded engine)');
  return embedded(wish);
}

function wordOf({ engine, environment }: EngineWish): EngineWord {
  const named = engine ?? environment['ORQ_ENGINE'];
  if (named === undefined || named === '') return 'auto';
  const word = engineWords.find((known) => known === named);
  if (word !== undefined) return word;
  throw new OrqError({
    code: 'USAGE',
    message: `ORQ_ENGINE=${named} names no engine.`,
    hint: `Use one of ${engineWords.join(', ')}.`,
  });
}

async function docker({ environment, signal, context, host }: EngineWish): Promise<Engine> {
  const { connectDocker } = await import('./docker/docker-engine.ts');
  return connectDocker({ environment, signal, ...defined({ context, host }) });
}

/** Throws ENGINE_ENDPOINT when what answers is another engine. */
async function podman({ environment, signal, context, host }: EngineWish): Promise<Engine> {
  const { connectDocker } = await import('./docker/docker-engine.ts');
  const engine = await connectDocker({ environment, signal, podman: true, ...defined({ context, host }) });
  if (engine.kind === 'podman') return engine;
  const { endpoint } = await engine.info(signal).finally(() => engine.close());
  throw new OrqError({
    code: 'ENGINE_ENDPOINT',
    message: `Podman is asked for, and what answers at ${endpoint} is Docker.`,
    hint: 'systemctl start podman.socket, or name it: --host unix:///run/podman/podman.sock',
  });
}

/** Throws ENGINE_UNSUPPORTED for services: what they are is written in Compose files, not in manifests. */
async function kubernetes({ environment, cwd, context, cluster }: EngineWish): Promise<Engine> {
  if (cluster === undefined)
    throw new OrqError({
      code: 'ENGINE_UNSUPPORTED',
      message: 'On Kubernetes orq makes databases of projects, and runs no services.',
      hint: 'orq db --engine kubernetes, or --engine docker, podman or embedded',
    });
  const { connectKubernetes } = await import('./kubernetes/kubernetes-engine.ts');
  return connectKubernetes({ environment, cwd, ...cluster, ...defined({ context }) });
}

async function embedded({ environment, stateDirectory, cwd }: EngineWish): Promise<Engine> {
  const { connectEmbedded } = await import('./embedded/embedded-engine.ts');
  return connectEmbedded({ environment, stateDirectory, cwd });
}

/** Records outlive their processes: after a reboot the data still lies with this engine. */
async function hasEmbedded(wish: EngineWish): Promise<boolean> {
  const records = await readdir(join(wish.stateDirectory, 'embedded', 'containers')).catch(() => []);
  if (records.length === 0) return false;
  const engine = await embedded(wish);
  const containers = await engine.listContainers({ labels: { [composeLabels.project]: null } }, wish.signal);
  return containers.some(({ labels }) => wish.projects.includes(labels[composeLabels.project] ?? ''));
}

/** Docker is here when something names it, or one of the places where it listens has a socket. */
async function isDockerHere({ environment }: EngineWish): Promise<boolean> {
  const { findEndpoint, nothingListens } = await import('./docker/find-endpoint.ts');
  return (await findEndpoint({ environment })).source !== nothingListens;
}
