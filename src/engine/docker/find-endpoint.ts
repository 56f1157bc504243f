import { join } from 'node:path';
import { pathExists } from '../../host/path-exists.ts';
import { OrqError } from '../../model/errors.ts';
import { homeOf, readDockerConfig, type Environment } from './docker-config.ts';
import { readContext, readTls } from './docker-context.ts';
import { parseEndpoint, unixEndpoint, type Endpoint, type Tls } from './endpoint.ts';

/** Source of an endpoint that is only a guess: no socket is at any of the usual places. */
export const nothingListens = 'the default socket';

export interface EndpointWish {
  readonly environment: Environment;
  /** `--context`. */
  readonly context?: string;
  /** `--host`. */
  readonly host?: string;
  /** Podman is asked for by name: CONTAINER_HOST and its own sockets come first. */
  readonly podman?: boolean;
}

/** Finds the engine in the docker CLI's order, then in the places where rootless engines listen. */
export async function findEndpoint(wish: EndpointWish): Promise<Endpoint> {
  const { environment, context, host, podman = false } = wish;
  if (context !== undefined && host !== undefined) throw bothGiven();
  if (host !== undefined) return fromHost(host, '--host', environment);
  const named =
    context === undefined ? namedByEnvironment(environment, podman) : { context, source: '--context' };
  if (named?.host !== undefined) return fromHost(named.host, named.source, environment);
  if (podman && context === undefined) return localSocket(podmanSockets(environment));
  return fromContext(environment, named);
}

async function fromContext(environment: Environment, named: Named | undefined): Promise<Endpoint> {
  const config = await readDockerConfig(environment);
  const name = named?.context ?? config.currentContext ?? 'default';
  if (name === 'default') return localSocket(socketCandidates(environment));
  return readContext(config.directory, name, named?.source ?? `currentContext of ${config.directory}`);
}

type Named = { readonly source: string; readonly host?: string; readonly context?: string };

function namedByEnvironment(environment: Environment, podman: boolean): Named | undefined {
  const own = podman ? environment['CONTAINER_HOST'] : undefined;
  if (own) return { host: own, source: 'CONTAINER_HOST' };
  const host = environment['DOCKER_HOST'];
  if (host) return { host, source: 'DOCKER_HOST' };
  const context = environment['DOCKER_CONTEXT'];
  return context ? { context, source: 'DOCKER_CONTEXT' } : undefined;
}

async function fromHost(host: string, source: string, environment: Environment): Promise<Endpoint> {
  return parseEndpoint(host, source, await tlsOf(environment));
}

async function tlsOf(environment: Environment): Promise<Tls | undefined> {
  const verify = Boolean(environment['DOCKER_TLS_VERIFY']);
  if (!verify && !environment['DOCKER_TLS']) return undefined;
  const folder =
    environment['DOCKER_CERT_PATH'] || environment['DOCKER_CONFIG'] || join(homeOf(environment), '.docker');
  return (await readTls(folder, verify)) ?? { verify };
}

/** Places where engines listen without being named, the usual one first. */
export function socketCandidates(environment: Environment): readonly string[] {
  const runtime = environment['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(homeOf(environment), '.docker', 'run', 'docker.sock'),
    ...podmanSockets(environment),
  ];
}

function podmanSockets(environment: Environment): readonly string[] {
  const runtime = environment['XDG_RUNTIME_DIR'];
  return [...(runtime ? [join(runtime, 'podman', 'podman.sock')] : []), '/run/podman/podman.sock'];
}

async function localSocket(candidates: readonly string[]): Promise<Endpoint> {
  const there = await Promise.all(candidates.map(pathExists));
  const found = candidates.find((_, index) => there[index]);
  return unixEndpoint(found ?? '', found === undefined ? nothingListens : 'the local socket');
}

function bothGiven(): OrqError {
  return new OrqError({
    code: 'ENGINE_ENDPOINT',
    message: 'Both --context and --host name an engine.',
    hint: 'Give only one of them.',
  });
}
