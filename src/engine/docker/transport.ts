import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Endpoint, Tls } from './endpoint.ts';
import { SshConnection } from './ssh-connection.ts';

/** How HTTP requests reach an endpoint: kept-alive connections, shared by all calls. */
export interface Transport {
  readonly agent: HttpAgent;
  readonly protocol: 'http' | 'https';
  /** Address part of a request. */
  readonly target: RequestOptions;
  readonly request: typeof httpRequest;
}

export function openTransport(endpoint: Endpoint): Transport {
  const plain = { protocol: 'http', request: httpRequest } as const;
  if (endpoint.kind === 'unix') {
    // Without a server name given, Node asks whether the host is an IP address, by an expression that takes 8 ms to compile.
    const agent = new HttpAgent({ keepAlive: true, ...({ servername: '' } as object) });
    return { ...plain, agent, target: { socketPath: endpoint.path } };
  }
  if (endpoint.kind === 'ssh') {
    return { ...plain, agent: new SshAgent(endpoint), target: { host: 'docker.example.com' } };
  }
  const target = { host: endpoint.host, port: endpoint.port };
  if (endpoint.tls === undefined) return { ...plain, agent: new HttpAgent({ keepAlive: true }), target };
  return { protocol: 'https', request: httpsRequest, agent: tlsAgent(endpoint.tls), target };
}

function tlsAgent(tls: Tls): HttpsAgent {
  const { verify, ...material } = tls;
  return new HttpsAgent({ keepAlive: true, rejectUnauthorized: verify, ...material });
}

class SshAgent extends HttpAgent {
  readonly #endpoint: Extract<Endpoint, { kind: 'ssh' }>;

  constructor(endpoint: Extract<Endpoint, { kind: 'ssh' }>) {
    super({ keepAlive: true });
    this.#endpoint = endpoint;
  }

  override createConnection(): Duplex {
    return new SshConnection(this.#endpoint);
  }
}
