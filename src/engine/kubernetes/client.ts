import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Configuration,
  CoreV1Api,
  createConfiguration,
  CustomObjectsApi,
  type KubeConfig,
  KubernetesObjectApi,
  ServerConfiguration,
} from '@kubernetes/client-node';
import { withDeadline } from '../../model/abort.ts';
import { OrqError } from '../../model/errors.ts';
import { findConfig, type KubernetesWish } from './find-config.ts';
import type { Asked } from './asked.ts';
import { translateError } from './translate-error.ts';

/** Milliseconds for one request: an API server that takes longer is as good as none. */
const requestMs = 15_000;
/** Milliseconds for an API server that was there to come back, and between two attempts. */
const awayMs = 30_000;
const pauseMs = 500;

/** The way to an API server, and the namespace at work. */
export interface Client {
  readonly config: KubeConfig;
  readonly server: string;
  readonly namespace: string;
  /** Where the configuration was found, for messages. */
  readonly source: string;
  /** Any kind of object, also of definitions that were installed. */
  readonly objects: KubernetesObjectApi;
  readonly core: CoreV1Api;
  readonly custom: CustomObjectsApi;
}

/** Throws ENGINE_ENDPOINT, FILE_UNREADABLE; asks the API server nothing yet. */
export async function openClient(wish: KubernetesWish): Promise<Client> {
  const { config, source } = await findConfig(wish);
  const server = config.getCurrentCluster()?.server ?? '';
  if (!URL.canParse(server))
    throw new OrqError({
      code: 'ENGINE_ENDPOINT',
      message: `${JSON.stringify(server)} is no address of an API server (named by ${source}).`,
      hint: 'kubectl config view --minify',
    });
  const configuration = configurationOf(config, server);
  return {
    config,
    source,
    server,
    namespace: wish.namespace ?? (await ownNamespace(config)),
    objects: new KubernetesObjectApi(configuration),
    core: new CoreV1Api(configuration),
    custom: new CustomObjectsApi(configuration),
  };
}

async function ownNamespace(config: KubeConfig): Promise<string> {
  const name = config.getCurrentContext();
  const named = config.getContextObject(name)?.namespace;
  if (named) return named;
  const file = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
  const ofPod = name === 'inClusterContext' ? await readFile(file, 'utf8').catch(() => '') : '';
  return ofPod.trim() || 'default';
}

/** The signal of the request at work: the client takes none with each call. */
const signals = new AsyncLocalStorage<AbortSignal>();

/** API servers that have answered this process: one that goes away then is likely being updated, and comes back. */
const known = new WeakSet<Client>();

/**
 * Runs one request within its time, under a signal, and translates what it throws. Tries again while an API server that
 * has answered before is away.
 */
export async function request<Result>(
  client: Client,
  asked: Asked,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const until = Date.now() + awayMs;
  for (;;) {
    try {
      const result = await requestOnce(client, asked, work);
      known.add(client);
      return result;
    } catch (error) {
      if (!known.has(client) || !isAway(error, asked) || Date.now() > until) throw error;
    }
    await pause(asked.signal);
  }
}

/** Resolves after a moment; rejects with the signal's reason. */
export async function pause(signal: AbortSignal | undefined): Promise<void> {
  await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  signal?.throwIfAborted();
}

/** What was not asked twice is not made twice: of a creation, only a connection that was refused says so. */
function isAway(error: unknown, { verb }: Asked): boolean {
  if (!isUnreachable(error)) return false;
  return verb !== 'create' || /ECONNREFUSED/.test(error.detail ?? '');
}

/** True for the error of an API server that does not answer. */
export function isUnreachable(error: unknown): error is OrqError {
  return error instanceof OrqError && error.code === 'ENGINE_UNREACHABLE';
}

async function requestOnce<Result>(
  client: Client,
  asked: Asked,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  asked.signal?.throwIfAborted();
  try {
    return await withDeadline(asked.signal, requestMs, (signal) => signals.run(signal, () => work(client)));
  } catch (error) {
    throw await translateError(client, error, asked);
  }
}

function configurationOf(config: KubeConfig, server: string): Configuration {
  return createConfiguration({
    baseServer: new ServerConfiguration(server.replace(/\/+$/, ''), {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: (context) => {
          const signal = signals.getStore();
          if (signal !== undefined) context.setSignal(signal);
          return Promise.resolve(context);
        },
        post: (response) => Promise.resolve(response),
      },
    ],
  });
}
