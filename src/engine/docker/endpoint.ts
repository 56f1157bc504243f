import { OrqError } from '../../model/errors.ts';

/** Certificates for a TCP endpoint with TLS, PEM. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly verify: boolean;
}

/** Where an engine listens. `source` says who named it, for error messages. */
export type Endpoint = { readonly url: string; readonly source: string } & (
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: Tls }
  | { readonly kind: 'ssh'; readonly host: string; readonly user?: string; readonly port?: number }
);

/** Reads `unix://`, `tcp://`, `http(s)://` and `ssh://` URLs, and a bare `host:port` as the docker CLI does. */
export function parseEndpoint(text: string, source: string, tls?: Tls): Endpoint {
  if (text.startsWith('unix://')) return unixEndpoint(text.slice('unix://'.length), source);
  const url = toUrl(text.includes('://') ? text : `tcp://${text}`, source);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'ssh:') {
    return {
      kind: 'ssh',
      url: text,
      source,
      host,
      ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
    };
  }
  if (!['tcp:', 'http:', 'https:'].includes(url.protocol)) throw unusable(text, source, 'unknown protocol');
  const secured = tls ?? (url.protocol === 'https:' ? { verify: true } : undefined);
  const port = Number(url.port === '' ? defaultPort(url.protocol, secured) : url.port);
  return { kind: 'tcp', url: text, source, host, port, ...(secured === undefined ? {} : { tls: secured }) };
}

/** A Unix socket; an empty path means the standard one. */
export function unixEndpoint(path: string, source: string): Endpoint {
  const socket = path === '' ? '/var/run/docker.sock' : path;
  return { kind: 'unix', url: `unix://${socket}`, source, path: socket };
}

function toUrl(text: string, source: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '') throw unusable(text, source, 'no host name');
  return url;
}

function defaultPort(protocol: string, tls: Tls | undefined): number {
  if (protocol === 'http:') return 80;
  if (protocol === 'https:') return 443;
  return tls === undefined ? 2375 : 2376;
}

function unusable(text: string, source: string, why: string): OrqError {
  return new OrqError({
    code: 'ENGINE_ENDPOINT',
    message: `${source} names an engine endpoint that cannot be used: ${text}`,
    detail: why,
    hint: 'Use unix:///path, tcp://host:port, https://host:port or ssh://user@host.',
  });
}
