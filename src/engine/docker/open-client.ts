import type Dockerode from 'dockerode';
import { messageOf, OrqError } from '../../model/errors.ts';
import type { Client } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { findEndpoint, type EndpointWish } from './find-endpoint.ts';
import { negotiate } from './negotiate.ts';
import { openTransport, type Transport } from './transport.ts';

export interface OpenClient {
  readonly client: Client;
  readonly close: () => void;
}

/** Connects to the engine that is wished for; dockerode is loaded while the engine answers. */
export async function openClient(
  wish: EndpointWish & { readonly signal?: AbortSignal },
): Promise<OpenClient> {
  const endpoint = await findEndpoint(wish);
  const transport = openTransport(endpoint);
  const [negotiated, { default: Constructor }] = await Promise.all([
    negotiate(endpoint, transport, wish.signal),
    import('dockerode'),
  ]);
  const docker = construct(Constructor, endpoint, clientOptions(transport, negotiated.apiVersion));
  // dockerode hands its options on to the HTTP client, but its types do not know this one.
  Object.assign(docker.modem, { agent: transport.agent });
  const client = { ...negotiated, docker, endpoint, environment: wish.environment };
  return { client, close: () => transport.agent.destroy() };
}

/** Every option is given, because the client would fill gaps from DOCKER_* variables on its own. */
function clientOptions(transport: Transport, apiVersion: string): Dockerode.DockerOptions {
  const { target, protocol } = transport;
  const socketPath = target.socketPath ?? undefined;
  return {
    socketPath,
    host: socketPath === undefined ? hostOf(target.host ?? '') : undefined,
    port: target.port ?? undefined,
    protocol,
    version: `v${apiVersion}`,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
  };
}

function hostOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function construct(
  Constructor: typeof Dockerode,
  endpoint: Endpoint,
  options: Dockerode.DockerOptions,
): Dockerode {
  try {
    return new Constructor(options);
  } catch (cause) {
    throw new OrqError({
      code: 'ENGINE_ENDPOINT',
      message: `A DOCKER_* variable keeps orq from using ${endpoint.url}.`,
      detail: messageOf(cause),
      hint: 'Correct or unset DOCKER_HOST and DOCKER_CERT_PATH.',
      cause,
    });
  }
}
