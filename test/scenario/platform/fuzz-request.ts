/** An operation of an OpenAPI document, as far as requests are made from it. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  /** Names of the fields of the body; absent where there is none. */
  readonly fields?: readonly string[];
}

export interface FuzzRequest {
  readonly url: string;
  readonly init: { method: string; headers: Record<string, string>; body?: string };
}

const words = [
  '',
  '1',
  '-1',
  '0',
  '2147483647',
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
  'postgres',
  'id',
  '-created_at',
  '__proto__',
];
/** What fields accept, so that requests also come past the first check. */
const right: Readonly<Record<string, unknown>> = {
  name: 'redis',
  tag: '7',
  min_instances: 0,
  max_instances: 2,
  cpu_limit: '0.5',
  memory_limit: '64m',
  status: 'active',
  port: 6379,
  command: [],
  environment: {},
  username: 'who',
  email: 'who@example.com',
  password: 'a long password',
  role: 'user',
  user_id: 1,
  amount: '15.50',
  projectId: 'fuzzed',
  memory: '64m',
  cpus: '0.5',
  postgresVersion: '17',
};
const values: readonly unknown[] = [
  ...words,
  ...Object.values(right),
  '\ud800',
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
  ['sleep', '1'],
];
const kinds = [
  'application/json',
  'application/json',
  'application/json',
  'text/plain',
  'application/xml',
  '',
];

/** A request that is wrong in some way, or now and then right. */
export function fuzzRequest(operation: Operation, random: () => number): FuzzRequest {
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const word = (): string => encodeURIComponent(pick(words) ?? '');
  const path = operation.path.replaceAll(/\{\w+\}/g, () => word() || 'x');
  const query = operation.query.filter(() => random() < 0.5).map((name) => `${name}=${word()}`);
  const url = query.length === 0 ? path : `${path}?${query.join('&')}`;
  const { method } = operation;
  const headers: Record<string, string> =
    random() < 0.5 ? { 'if-match': pick(['"1"', '"x"', '*', '1']) ?? '' } : {};
  if (operation.fields === undefined) return { url, init: { method, headers } };
  const kind = pick(kinds) ?? '';
  return {
    url,
    init: {
      method,
      headers: kind === '' ? headers : { ...headers, 'content-type': kind },
      body: bodyOf(operation.fields, pick, random),
    },
  };
}

function bodyOf(
  fields: readonly string[],
  pick: <Item>(items: readonly Item[]) => Item | undefined,
  random: () => number,
): string {
  const chance = random();
  if (chance < 0.05) return '{"broken":';
  if (chance < 0.07) return JSON.stringify({ [fields[0] ?? 'x']: 'x'.repeat(100_000) });
  if (chance < 0.09) return '{"__proto__":{"admin":true}}';
  if (chance < 0.15) return JSON.stringify(pick(values));
  if (chance < 0.5) {
    const wrong = pick([...fields, '']);
    const almost = fields.map((name) => [name, name === wrong ? pick(values) : right[name]] as const);
    return JSON.stringify(Object.fromEntries(almost));
  }
  const given = fields.filter(() => random() < 0.7);
  return JSON.stringify(Object.fromEntries(given.map((name) => [name, pick(values)])));
}
