import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { EngineKind } from '../../model/observed.ts';
import { OrqError } from '../../model/errors.ts';
import { negotiateVersion, oldestApi } from './api-version.ts';
import type { Endpoint } from './endpoint.ts';
import { translateError } from './translate-error.ts';
import type { Transport } from './transport.ts';
import { within } from './within.ts';

export interface Negotiated {
  readonly apiVersion: string;
  readonly kind: Extract<EngineKind, 'docker' | 'podman'>;
}

/** Milliseconds for the first answer; over ssh it includes the login. */
const pingLimitMs = 10_000;

/** One round trip that says which API version to speak and what kind of engine answers. */
export async function negotiate(
  endpoint: Endpoint,
  transport: Transport,
  signal?: AbortSignal,
): Promise<Negotiated> {
  try {
    signal?.throwIfAborted();
    return interpret(await within(pingLimitMs, ping(transport, signal)), endpoint);
  } catch (error) {
    throw translateError(error, { doing: 'ask for its version', endpoint, signal });
  }
}

async function ping(transport: Transport, signal?: AbortSignal): Promise<IncomingHttpHeaders> {
  const { agent, target } = transport;
  const request = transport.request({ ...target, agent, path: '/_ping', ...(signal ? { signal } : {}) });
  request.end();
  const [response]: IncomingMessage[] = await once(request, 'response');
  if (response === undefined) return {};
  // Reading to the end gives the connection back to the agent.
  response.resume();
  await once(response, 'end');
  if (response.statusCode !== 200) {
    throw Object.assign(new Error(`ping answered ${response.statusCode}`), {
      statusCode: response.statusCode,
    });
  }
  return response.headers;
}

function interpret(headers: IncomingHttpHeaders, endpoint: Endpoint): Negotiated {
  const offered = String(headers['api-version'] ?? '1.24');
  const apiVersion = negotiateVersion(offered);
  if (apiVersion === undefined) {
    throw new OrqError({
      code: 'ENGINE_TOO_OLD',
      message: `The engine at ${endpoint.url} speaks API ${offered}; orq needs ${oldestApi}.`,
      hint: 'Update the engine: Docker 20.10 or Podman 4 and later will do.',
    });
  }
  return { apiVersion, kind: headers['libpod-api-version'] === undefined ? 'docker' : 'podman' };
}
