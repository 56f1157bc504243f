import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { ApiObject } from '../api/objects.ts';
import { copy } from '../api/objects.ts';
import { fits } from '../api/selector.ts';
import { resources } from '../api/admission.ts';
import type { Store } from '../api/store.ts';

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
}

/**
 * The Services of a cluster: each has a port of this machine that leads to a Pod of its selector that is ready, as
 * kube-proxy does, and stands in for its name in what containers are told, as DNS does.
 */
export class Services {
  readonly #store: Store;
  readonly #connect: (pod: { readonly namespace: string; readonly name: string }) => Socket;
  readonly #servers = new Map<string, Promise<Server>>();
  readonly #sockets = new Set<Socket>();

  constructor(store: Store, connect: (pod: { readonly namespace: string; readonly name: string }) => Socket) {
    this.#store = store;
    this.#connect = connect;
  }

  /** A text with the addresses of Services (`NAME.NAMESPACE.svc 5432`) as this machine reaches them. */
  async resolve(namespace: string, text: string): Promise<string> {
    const [whole, name] = new RegExp(`([a-z0-9-]+)\\.${namespace}\\.svc 5432`).exec(text) ?? [];
    if (whole === undefined || name === undefined) return text;
    return text.replace(whole, `127.0.0.1 ${await this.#portOf(namespace, name)}`);
  }

  async close(): Promise<void> {
    for (const server of this.#servers.values()) (await server).close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #portOf(namespace: string, name: string): Promise<number> {
    const key = `${namespace}/${name}`;
    const known = this.#servers.get(key) ?? this.#open(namespace, name);
    this.#servers.set(key, known);
    const address = (await known).address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async #open(namespace: string, name: string): Promise<Server> {
    const server = createServer((socket) => this.#carry(namespace, name, socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }

  #carry(namespace: string, name: string, socket: Socket): void {
    socket.on('error', () => undefined);
    const pod = this.#endpoint(namespace, name);
    if (pod === undefined) return void socket.destroy();
    const to = this.#connect({ namespace, name: pod.metadata.name });
    for (const [one, other] of [[socket, to] as const, [to, socket] as const]) {
      this.#sockets.add(one);
      one
        .on('error', () => undefined)
        .once('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  }

  #endpoint(namespace: string, name: string): ApiObject | undefined {
    const service = this.#store
      .list(resources.services, namespace)
      .find(({ metadata }) => metadata.name === name);
    const { selector = {} }: ServiceSpec = copy(service?.spec ?? {});
    const labels = Object.entries(selector).map((pair) => pair.join('='));
    if (labels.length === 0) return undefined;
    return this.#store
      .list(resources.pods, namespace)
      .find((pod) => isReady(pod) && fits(pod.metadata.labels, labels.join(',')));
  }
}

function isReady({ metadata, status }: ApiObject): boolean {
  const { conditions = [] }: { conditions?: readonly { type: string; status: string }[] } = copy(
    status ?? {},
  );
  return (
    metadata.deletionTimestamp === undefined &&
    conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True')
  );
}
