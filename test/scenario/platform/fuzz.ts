import { seededRandom } from '../../soak/seeded-random.ts';
import type { PlatformClient } from './client.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly hasBody: boolean;
}

interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { parameters?: Operation['parameters']; requestBody?: unknown }>>>
  >;
}

/** What works for minutes when the request happens to be right, or ends the session that asks. */
const leftOut = /^POST .*(backups|restore|verify|logout)$|^DELETE \/users/;
const words = [
  '',
  '1',
  '-1',
  '0',
  '99999999999',
  "' OR 1=1 --",
  '\u0000',
  '../../etc/passwd',
  'null',
  '{}',
  '%00',
  'é💥',
  'x'.repeat(300),
  '1e9',
  'true',
  'orchestrator',
  'id',
  '-created_at',
];
const values: readonly unknown[] = [
  ...words,
  null,
  1,
  -1,
  1.5,
  1e300,
  true,
  [],
  {},
  [null],
  { toString: 1 },
  { $ne: 1 },
];
const hangMs = 15_000;

/** Sends requests that are wrong in every way a seed comes upon; returns those that found a defect or no answer. */
export async function fuzz(
  { address, token }: PlatformClient,
  { requests, seed }: { readonly requests: number; readonly seed: number },
): Promise<{ readonly failures: readonly string[]; readonly answered: number }> {
  const document: OpenApi = JSON.parse(await (await fetch(`${address}/docs/json`)).text());
  const operations = operationsOf(document);
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const failures: string[] = [];
  let answered = 0;
  for (let count = 0; count < requests; count++) {
    const operation = pick(operations);
    if (operation === undefined) break;
    const { url, init } = requestOf(operation, pick, random);
    const headers = { ...init.headers, authorization: `Bearer ${token}` };
    const tried = `${operation.method} ${url} ${init.body ?? ''}`;
    try {
      const response = await fetch(address + url, { ...init, headers, signal: AbortSignal.timeout(hangMs) });
      await response.body?.cancel();
      answered++;
      if (response.status >= 500) failures.push(`${response.status}: ${tried}`);
    } catch (error) {
      failures.push(`${String(error)}: ${tried}`);
    }
  }
  return { failures, answered };
}

function operationsOf({ paths }: OpenApi): readonly Operation[] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]): Operation => ({
      method: method.toUpperCase(),
      path,
      hasBody: requestBody !== undefined,
      ...(parameters === undefined ? {} : { parameters }),
    })),
  );
  return all.filter(({ method, path }) => !leftOut.test(`${method} ${path}`));
}

function requestOf(
  { method, path, parameters = [], hasBody }: Operation,
  pick: <Item>(items: readonly Item[]) => Item | undefined,
  random: () => number,
): { url: string; init: { method: string; headers: Record<string, string>; body?: string } } {
  const word = (): string => encodeURIComponent(pick(words) ?? '');
  const filled = path.replaceAll(/\{\w+\}/g, () => word() || 'x');
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && random() < 0.5)
    .map(({ name }) => `${name}=${word()}`);
  const url = query.length === 0 ? filled : `${filled}?${query.join('&')}`;
  const headers: Record<string, string> = random() < 0.5 ? { 'if-match': '"1"' } : {};
  if (!hasBody) return { url, init: { method, headers } };
  const names = [
    'name',
    'tag',
    'username',
    'email',
    'password',
    'amount',
    'user_id',
    'min_instances',
    'command',
    'environment',
    'projectId',
    'role',
  ];
  const body = Object.fromEntries(names.filter(() => random() < 0.4).map((name) => [name, pick(values)]));
  const text = random() < 0.1 ? '{"broken":' : JSON.stringify(random() < 0.1 ? pick(values) : body);
  return { url, init: { method, headers: { ...headers, 'content-type': 'application/json' }, body: text } };
}
