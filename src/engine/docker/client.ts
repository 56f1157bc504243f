import { addAbortSignal, Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import type { Environment } from './docker-config.ts';
import type { Endpoint } from './endpoint.ts';
import type { Negotiated } from './negotiate.ts';
import { translateError } from './translate-error.ts';
import { within } from './within.ts';

/** An open connection to an engine, which every function of this folder takes first. */
export interface Client extends Negotiated {
  readonly docker: Dockerode;
  readonly endpoint: Endpoint;
  readonly environment: Environment;
}

/** One request that dockerode has no fitting method for. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** `X-Registry-Auth`, encoded. */
  readonly registryAuth?: string | undefined;
  /** Sent as it is, a tar archive; then there is no other body. */
  readonly archive?: Readable | undefined;
  /** `X-Registry-Config`, encoded. */
  readonly registryConfig?: string | undefined;
}

const accepted = { 200: true, 201: true, 204: true };

/** Runs a call of the client; its errors come out translated. */
export async function attempt<T>(
  client: Client,
  task: { readonly doing: string; readonly signal?: AbortSignal | undefined },
  call: () => Promise<T>,
): Promise<T> {
  try {
    task.signal?.throwIfAborted();
    return await call();
  } catch (error) {
    throw translateError(error, { ...task, endpoint: client.endpoint });
  }
}

/** Milliseconds after which an engine that was asked to tell something is taken to hang. */
const lookLimitMs = 15_000;

/** {@link attempt} for calls that only look: an engine that hangs is not waited for. */
export function look<T>(
  client: Client,
  task: { readonly doing: string; readonly signal?: AbortSignal | undefined },
  call: () => Promise<T>,
): Promise<T> {
  return attempt(client, task, () => within(lookLimitMs, call()));
}

/** Milliseconds after which an engine that was asked to do something is taken to hang. */
const actLimitMs = 120_000;

/** {@link attempt} for calls that change something; `longerMs` is what the act may take by itself. */
export function act<T>(
  client: Client,
  task: {
    readonly doing: string;
    readonly signal?: AbortSignal | undefined;
    readonly longerMs?: number | undefined;
  },
  call: () => Promise<T>,
): Promise<T> {
  return attempt(client, task, () => within(actLimitMs + (task.longerMs ?? 0), call()));
}

/** Sends a request and resolves with the parsed answer; rejects with the client's raw error. */
export function send(client: Client, request: Request): Promise<unknown> {
  return dial(client, request, false);
}

/** Sends a request and resolves with the body as a stream; rejects with the client's raw error. */
export async function openStream(client: Client, request: Request): Promise<Readable> {
  const answer = await dial(client, request, true);
  if (!(answer instanceof Readable)) throw new TypeError('the client gave no stream');
  return request.signal === undefined ? answer : addAbortSignal(request.signal, answer);
}

function dial(client: Client, request: Request, isStream: boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client.docker.modem.dial(dialOptions(request, isStream), (error: unknown, answer: unknown) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
}

function dialOptions(request: Request, isStream: boolean) {
  return {
    path: request.query === undefined ? request.path : `${request.path}?`,
    method: request.method,
    isStream,
    statusCodes: accepted,
    options: { _query: withoutUndefined(request.query ?? {}), _body: request.body ?? {} },
    ...(request.signal === undefined ? {} : { abortSignal: request.signal }),
    ...(request.archive === undefined ? {} : { file: request.archive }),
    ...(request.registryConfig === undefined ? {} : { registryconfig: { base64: request.registryConfig } }),
    ...(request.registryAuth === undefined ? {} : { authconfig: { base64: request.registryAuth } }),
  };
}

function withoutUndefined(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}
