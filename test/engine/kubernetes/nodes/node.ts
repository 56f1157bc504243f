import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { resources } from '../api/admission.ts';
import { missingPod } from '../api/answer.ts';
import type { ApiObject, Fields } from '../api/objects.ts';
import { badRequest } from '../api/status-error.ts';
import { clusters } from '../api/resources.ts';
import { fits } from '../api/selector.ts';
import type { Store } from '../api/store.ts';
import type { PodName, PodStreams } from '../api/streams.ts';
import { crashed, notPulled } from './broken-images.ts';
import { findImage, type Image } from './images.ts';
import { containerStatus, environmentOf, setStatus, specOf } from './pod.ts';
import { makeTemplate, type PostgresServer, serverIdentity, startPostgres } from './postgres-server.ts';
import { claimOf, isScheduled } from './schedule.ts';
import { passOnSettings } from './server-settings.ts';
import { Services } from './services.ts';
import { setUpOf } from './set-up.ts';

/** One node: it runs the Pods of the API server, with real servers in them. */
export class Node implements PodStreams {
  readonly #store: Store;
  readonly #folder: string;
  readonly #services: Services;
  readonly #servers = new Map<string, PostgresServer>();
  readonly #templates = new Map<number, Promise<void>>();
  readonly #starts = new Map<string, Promise<void>>();
  readonly #work = new Set<Promise<void>>();
  #stopped = false;

  constructor(store: Store, folder: string) {
    this.#store = store;
    this.#folder = folder;
    this.#services = new Services(store, (pod) => this.connect(pod));
  }

  run(): () => void {
    return this.#store.watch('0', ({ resource, object, type }) => {
      if (!this.#stopped && resource === clusters && type === 'MODIFIED') this.#track(this.#passOn(object));
      if (this.#stopped || resource !== resources.pods) return;
      if (type === 'ADDED') {
        const start = this.#start(object);
        this.#starts.set(object.metadata.uid ?? '', start);
        this.#track(start);
      }
      if (type === 'MODIFIED' && object.metadata.deletionTimestamp !== undefined)
        this.#track(this.#stop(object));
    });
  }

  /** Ends all servers. */
  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#work);
    await this.#services.close();
    await Promise.all([...this.#servers.values()].map(({ child }) => ended(child, 'SIGKILL')));
  }

  logOf(namespace: string, pod: string, query: URLSearchParams): string {
    this.#store.get(resources.pods, namespace, pod);
    const tail = Number(query.get('tailLines') ?? Number.POSITIVE_INFINITY);
    try {
      return readFileSync(this.#logFile(namespace, pod), 'utf8')
        .trimEnd()
        .split('\n')
        .slice(-tail)
        .join('\n');
    } catch {
      throw badRequest(`container "postgres" in pod "${pod}" is waiting to start: ContainerCreating`);
    }
  }

  /** A command in a Pod. The Pod's own port 5432 is another one of this machine. */
  spawn({ namespace, name }: PodName, command: readonly string[]): ChildProcess {
    const { bin, port, environment } = this.#serverOf(namespace, name);
    const [program = '', ...args] = command.map((word) => word.replace(/^--port=5432$/, `--port=${port}`));
    const path = [bin, process.env['PATH'] ?? ''].join(delimiter);
    const env = { ...environment, PATH: path, HOME: this.#folder };
    return spawn(program, args, { env, cwd: '/', ...this.#identity, stdio: 'pipe' });
  }

  connect({ namespace, name }: PodName): Socket {
    return connect(this.#serverOf(namespace, name).port, '127.0.0.1');
  }

  #identity: Awaited<ReturnType<typeof serverIdentity>> = {};

  #serverOf(namespace: string, name: string): PostgresServer {
    const server = this.#servers.get(`${namespace}/${name}`);
    if (server === undefined) throw missingPod(name);
    return server;
  }

  #logFile(namespace: string, pod: string): string {
    return join(this.#folder, `${namespace}.${pod}.log`);
  }

  #track(work: Promise<void>): void {
    this.#work.add(work);
    // A Pod may lose what it needs while it starts.
    void work.catch(() => undefined).finally(() => this.#work.delete(work));
  }

  async #start(pod: ApiObject): Promise<void> {
    this.#identity = await serverIdentity();
    const [container] = specOf(pod).containers;
    if (container === undefined || !isScheduled(this.#store, pod)) return;
    const image = await findImage(container.image, this.#folder);
    const status = (given: Parameters<typeof containerStatus>[1]): void =>
      setStatus(this.#store, pod, containerStatus(container, given));
    if (image.kind === 'missing') return notPulled(this.#store, pod, { image: container.image, status });
    if (image.kind === 'crashing')
      return crashed(this.#store, pod, {
        log: this.#logFile(pod.metadata.namespace ?? '', pod.metadata.name),
        status,
      });
    if (image.kind === 'silent') return status({ state: runningState() });
    await this.#run(pod, image, 0);
  }

  /** Runs the server of a Pod. One that ends is started again, unless it never let anybody in. */
  async #run(
    pod: ApiObject,
    image: Extract<Image, { kind: 'postgres' }>,
    restartCount: number,
  ): Promise<void> {
    const [container] = specOf(pod).containers;
    if (container === undefined) return;
    const status = (given: Parameters<typeof containerStatus>[1]): void =>
      setStatus(this.#store, pod, containerStatus(container, { restartCount, ...given }));
    const state = runningState();
    status({ state });
    const server = await this.#serve(pod, image);
    void this.#whenEnded(pod, image, { server, restartCount, status }).catch(() => undefined);
    if (!(await server.ready)) return;
    const owner = pod.metadata.ownerReferences?.find(({ kind }) => kind === 'Cluster');
    const cluster = this.#store.find(clusters, pod.metadata.namespace ?? '', owner?.name ?? '');
    if (cluster !== undefined) await passOnSettings(cluster, server);
    status({ state, ready: true });
  }

  async #whenEnded(
    pod: ApiObject,
    image: Extract<Image, { kind: 'postgres' }>,
    { server, restartCount, status }: Run,
  ): Promise<void> {
    const { namespace = '', name, uid = '' } = pod.metadata;
    const code = await server.ended;
    if (this.#stopped || this.#servers.get(`${namespace}/${name}`) !== server) return;
    if (!(await server.ready)) {
      const lastState = { terminated: { exitCode: code, reason: 'Error' } };
      status({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState, restartCount: 1 });
      return;
    }
    const start = this.#run(pod, image, restartCount + 1);
    this.#starts.set(uid, start);
    this.#track(start);
  }

  async #serve(
    pod: ApiObject,
    { bin, major }: Extract<Image, { kind: 'postgres' }>,
  ): Promise<PostgresServer> {
    const { namespace = '', name } = pod.metadata;
    const template = join(this.#folder, `template-${major}`);
    const made = this.#templates.get(major) ?? makeTemplate(bin, template);
    this.#templates.set(major, made);
    await made;
    const volume = join(this.#folder, 'volumes', claimOf(this.#store, pod)?.metadata.uid ?? name);
    await mkdir(join(this.#folder, 'volumes'), { recursive: true });
    const log = this.#logFile(namespace, name);
    const [container] = specOf(pod).containers;
    const environment = await this.#environmentOf(pod, volume);
    const setUp = setUpOf(this.#store, pod);
    const { command } = container ?? {};
    const spec = { volume, bin, template, setUp, log, environment };
    const server = await startPostgres(command === undefined ? spec : { ...spec, command });
    this.#servers.set(`${namespace}/${name}`, server);
    return server;
  }

  /** What a container is told, with its folders and its peers as they are on this machine. */
  async #environmentOf(pod: ApiObject, volume: string): Promise<Readonly<Record<string, string>>> {
    const { namespace = '' } = pod.metadata;
    const [container] = specOf(pod).containers;
    if (container === undefined) return {};
    const pairs = Object.entries(environmentOf(this.#store, namespace, container)).map(
      async ([name, value]): Promise<[string, string]> => [
        name,
        await this.#services.resolve(namespace, value.replace(/^\/var\/lib\/postgresql\/data/, volume)),
      ],
    );
    return Object.fromEntries(await Promise.all(pairs));
  }

  async #passOn(cluster: ApiObject): Promise<void> {
    const { namespace = '', name } = cluster.metadata;
    const labels = `cnpg.io/cluster=${name}`;
    const pods = this.#store
      .list(resources.pods, namespace)
      .filter((pod) => fits(pod.metadata.labels, labels));
    for (const { metadata } of pods) {
      const server = this.#servers.get(`${namespace}/${metadata.name}`);
      if (server !== undefined && (await server.ready)) await passOnSettings(cluster, server);
    }
  }

  async #stop(pod: ApiObject): Promise<void> {
    const { namespace = '', name } = pod.metadata;
    const key = `${namespace}/${name}`;
    // A Pod goes once no container of it runs, also none that was just being started.
    await this.#starts.get(pod.metadata.uid ?? '')?.catch(() => undefined);
    const server = this.#servers.get(key);
    this.#servers.delete(key);
    if (server !== undefined) await ended(server.child, 'SIGINT');
    await rm(this.#logFile(namespace, name), { force: true });
    if (this.#store.find(resources.pods, namespace, name)?.metadata.uid === pod.metadata.uid)
      this.#store.remove(resources.pods, namespace, name);
  }
}

/** One start of a container. */
interface Run {
  readonly server: PostgresServer;
  readonly restartCount: number;
  readonly status: (given: Parameters<typeof containerStatus>[1]) => void;
}

function runningState(): Fields {
  return { running: { startedAt: new Date().toISOString().replace(/\.\d+/, '') } };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'close');
}
