import { createHash } from 'node:crypto';
import { VersionApi } from '@kubernetes/client-node';
import { OrqError } from '../../model/errors.ts';
import type { EngineInfo } from '../../model/observed.ts';
import type { ClusterWish, DatabaseCluster } from '../database-cluster.ts';
import type { Engine } from '../engine.ts';
import { type Client, openClient, request } from './client.ts';
import { chooseMaker } from './choose-maker.ts';
import { runExec } from './exec.ts';
import type { KubernetesWish } from './find-config.ts';
import { readLogs } from './logs.ts';
import { applyDatabase, claimDatabase, hostOf, settleDatabase } from './make-database.ts';
import { observeAll, observeOne } from './observe.ts';
import { type Forwards, openForwards } from './port-forward.ts';
import { checkRemoval, removeDatabase, unfinishedDatabases } from './remove-database.ts';
import { replicationOf } from './replication.ts';
import { scale, stop } from './scale.ts';
import { readStats } from './stats.ts';
import { unsupported } from './unsupported.ts';
import { upgradesOf } from './upgrades.ts';
import { listVolumes, removeVolume } from './volumes.ts';
import { waitUntilReady, waitUntilStarted } from './wait-until-ready.ts';

export type { KubernetesWish } from './find-config.ts';

/** The engine for databases of projects in a namespace of a cluster. Asks the API server nothing yet. */
export async function connectKubernetes(wish: KubernetesWish): Promise<Engine> {
  const client = await openClient(wish);
  const forwards = openForwards(client);
  return {
    ...unsupported,
    kind: 'kubernetes',
    info: (signal) => infoOf(client, signal),
    listContainers: (filter, signal) => observeAll(client, filter, signal),
    inspectContainer: (name, signal) => observeOne(client, name, signal),
    startContainer: (name, signal) => scale(client, name, 1, signal),
    stopContainer: (name, { signal }) => stop(client, name, signal),
    logs: (name, options) => readLogs(client, name, options),
    exec: (name, options) => runExec(client, name, options),
    stats: (name, signal) => readStats(client, name, signal),
    events: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(noEvents()) }) }),
    reach: ({ name }) => forwards.find(name),
    forward: ({ name }, _port, signal) => forwards.open(name, undefined, signal),
    listVolumes: (filter, signal) => listVolumes(client, filter, signal),
    removeVolume: (name, signal) => removeVolume(client, name, signal),
    cluster: clusterOf(client, forwards),
    close: forwards.close,
  };
}

function clusterOf(client: Client, forwards: Forwards): DatabaseCluster {
  const { namespace, server } = client;
  const digest = createHash('sha256').update(server).digest('hex').slice(0, 8);
  return {
    namespace,
    key: `${namespace}-${digest}`,
    hostOf: (name) => hostOf(client, name),
    check: (wish, signal) => check(client, wish, signal),
    claim: (wish, signal) => claimDatabase(client, wish, signal),
    apply: (wish, signal) => applyDatabase(client, wish, signal),
    waitUntilReady: (name, options) => waitUntilReady(client, name, options),
    settle: (name, signal) => settleDatabase(client, name, signal),
    checkRemoval: (name, signal) => checkRemoval(client, name, signal),
    remove: (name, signal) => removeDatabase(client, name, signal),
    waitUntilStarted: (name, options) => waitUntilStarted(client, name, options),
    upgrades: upgradesOf(client),
    replication: replicationOf(client),
    unfinished: (signal) => unfinishedDatabases(client, signal),
    forward: (name, { port, signal }) => forwards.open(name, port, signal),
  };
}

/**
 * StatefulSets write their name and a hash into a label of 63 characters, CloudNativePG has a limit of its own: longer
 * names are accepted, and their Pods never made.
 */
const longest = { none: 52, cnpg: 50 } as const;

async function check(
  client: Client,
  { name, projectId, operator }: ClusterWish,
  signal: AbortSignal,
): Promise<void> {
  const maker = await chooseMaker(client, operator, signal);
  const over = name.length - longest[maker];
  if (over <= 0) return;
  throw new OrqError({
    code: 'USAGE',
    message: `The project id ${projectId} is too long for Kubernetes by ${over} character${over === 1 ? '' : 's'}.`,
    hint: `orq db create ${projectId.slice(0, -over).replace(/-+$/, '')}`,
  });
}

async function infoOf(client: Client, signal?: AbortSignal): Promise<EngineInfo> {
  const asked = { verb: 'get', resource: 'version', signal } as const;
  const { gitVersion, platform, major, minor } = await request(client, asked, ({ config }) =>
    config.makeApiClient(VersionApi).getCode(),
  );
  return {
    kind: 'kubernetes',
    version: gitVersion,
    apiVersion: `${major}.${minor}`,
    endpoint: client.server,
    operatingSystem: platform,
    cpus: 0,
    memoryBytes: 0,
    dataDirectory: '',
    time: new Date(),
  };
}

function noEvents(): OrqError {
  return new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: 'orq follows no events on Kubernetes.',
    hint: 'kubectl get events --watch',
  });
}
