import { seededRandom } from '../../soak/seeded-random.ts';
import type { PlatformClient } from './client.ts';
import { type FuzzRequest, fuzzRequest, type Operation } from './fuzz-request.ts';

interface Documented {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content?: Readonly<Record<string, { readonly schema?: { readonly properties?: object } }>>;
  };
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
}

/** What a run of wrong requests came to. */
export interface FuzzReport {
  /** Requests that met a defect or got no answer, one line each. */
  readonly failures: readonly string[];
  readonly answered: number;
  /** Status → how often. */
  readonly statuses: Readonly<Record<number, number>>;
  readonly slowest: { readonly milliseconds: number; readonly request: string };
}

/** What works for minutes when the request happens to be right, or ends the session that asks. */
const leftOut = /^POST .*(backups|restore|verify|logout)$|^(DELETE|PATCH) \/users/;
const hangMs = 15_000;

/** Sends requests that are wrong in every way a seed comes upon. */
export async function fuzz(
  { address, token }: PlatformClient,
  { requests, seed }: { readonly requests: number; readonly seed: number },
): Promise<FuzzReport> {
  const document: OpenApi = JSON.parse(await (await fetch(`${address}/docs/json`)).text());
  const operations = operationsOf(document);
  const random = seededRandom(seed);
  const failures: string[] = [];
  const statuses: Record<number, number> = {};
  let slowest = { milliseconds: 0, request: '' };
  for (let count = 0; count < requests; count++) {
    const operation = operations[Math.floor(random() * operations.length)];
    if (operation === undefined) break;
    const request = fuzzRequest(operation, random);
    const tried = `${operation.method} ${request.url} ${request.init.body?.slice(0, 300) ?? ''}`;
    const started = performance.now();
    try {
      const status = await send(address, token, request);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status >= 500) failures.push(`${status}: ${tried}`);
    } catch (error) {
      failures.push(`${String(error)}: ${tried}`);
    }
    const milliseconds = Math.round(performance.now() - started);
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, request: tried };
  }
  const answered = Object.values(statuses).reduce((sum, times) => sum + times, 0);
  return { failures, answered, statuses, slowest };
}

async function send(address: string, token: string, { url, init }: FuzzRequest): Promise<number> {
  const response = await fetch(address + url, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(hangMs),
  });
  await response.body?.cancel();
  return response.status;
}

function operationsOf({ paths }: OpenApi): readonly Operation[] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]) =>
      operationOf(method.toUpperCase(), path, documented),
    ),
  );
  return all.filter(({ method, path }) => !leftOut.test(`${method} ${path}`));
}

function operationOf(method: string, path: string, { parameters = [], requestBody }: Documented): Operation {
  const query = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const [content] = Object.values(requestBody?.content ?? {});
  if (content === undefined) return { method, path, query };
  return { method, path, query, fields: Object.keys(content.schema?.properties ?? {}) };
}
