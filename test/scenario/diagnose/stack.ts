import { expect } from 'vitest';
import type { DiagnosisReport } from '../../../src/model/reports.ts';
import { documents } from '../../../src/output/schemas/documents.ts';
import { images, type Sandbox } from '../sandbox.ts';

/** PostgreSQL with migrations, Redis, and a page that depends on both. Each part can be changed by a test. */
export interface StackParts {
  readonly db?: string;
  readonly cache?: string;
  readonly web?: string;
  readonly rest?: string;
  /** Only the page, without what it depends on. */
  readonly alone?: boolean;
}

export const migrations = {
  'sql/0001_tables.sql': `
    CREATE TABLE customers (id serial PRIMARY KEY, email text NOT NULL UNIQUE);
    CREATE TABLE orders (id serial PRIMARY KEY, customer_id int NOT NULL REFERENCES customers (id));`,
  'seed.sql': `
    INSERT INTO customers (email) VALUES ('a@example.com'), ('b@example.com');
    INSERT INTO orders (customer_id) SELECT id FROM customers;`,
};

/** Writes the stack into the sandbox; ports are free ones. */
export async function writeStack(box: Sandbox, parts: StackParts = {}): Promise<void> {
  if (parts.alone === true) {
    await box.compose(`services:\n${webService(parts, await box.freePort())}`);
    return;
  }
  await Promise.all(Object.entries(migrations).map(([path, text]) => box.write(path, text)));
  const [db, cache, web] = await Promise.all([box.freePort(), box.freePort(), box.freePort()]);
  await box.compose(`
services:
  db:
    image: ${images.postgres}
    ports: ['127.0.0.1:${db}:5432']
    x-orq: { database: { migrations: ./sql, seed: ./seed.sql } }
    volumes: ['data:/var/lib/postgresql/data']
    environment: { POSTGRES_PASSWORD: secret, POSTGRES_DB: shop }
    ${indented(parts.db ?? '')}
  cache:
    image: ${images.redis}
    ports: ['127.0.0.1:${cache}:6379']
    ${indented(parts.cache ?? '')}
${webService(parts, web)}
${parts.rest ?? ''}
volumes: { data: {} }
`);
}

function webService({ web = page, alone = false }: StackParts, port: number): string {
  return `  web:
    image: ${images.service}
    ports: ['127.0.0.1:${port}:8080']
    init: true
    x-orq: { probe: { kind: http, port: 8080, path: / } }${alone ? '' : `\n    depends_on: [db, cache]`}
    ${indented(web)}`;
}

/** A page that answers 200. */
const page = `command: ['busybox', 'sh', '-c', 'mkdir -p /www && echo ok > /www/index.html && exec busybox httpd -f -p 8080 -h /www']`;

/** A page that answers every request with a status of its own. */
export function pageWithStatus(status: number): string {
  return server(`(q, r) => { r.statusCode = ${status}; r.end('pool exhausted') }`);
}

/** A Node service with the handler, on all addresses unless said otherwise. */
export function server(handler: string, host = '0.0.0.0'): string {
  return `command: ["node", "-e", "require('http').createServer(${handler}).listen(8080, '${host}')"]`;
}

function indented(text: string): string {
  return text.trim().split('\n').join('\n    ');
}

/** Brings the stack up, healthy. */
export async function stackUp(box: Sandbox, parts: StackParts = {}): Promise<void> {
  await writeStack(box, parts);
  const run = await box.orq(['up', '--timeout', '60s']);
  expect(run, run.stderr).toMatchObject({ code: 0 });
}

/** Runs SQL in the database, as its superuser. */
export async function sql(
  box: Sandbox,
  text: string,
  { database = 'shop', role = 'postgres' }: { readonly database?: string; readonly role?: string } = {},
): Promise<string> {
  const run = await box.orq([
    'exec',
    '-T',
    'db',
    'psql',
    '-U',
    role,
    '-d',
    database,
    '-v',
    'ON_ERROR_STOP=1',
    '-Atc',
    text,
  ]);
  expect(run, run.stderr).toMatchObject({ code: 0 });
  return run.stdout;
}

/** Runs a shell command in a service. */
export async function shell(box: Sandbox, service: string, script: string): Promise<void> {
  const run = await box.orq(['exec', '-T', service, 'sh', '-c', script]);
  expect(run, run.stderr).toMatchObject({ code: 0 });
}

/** Runs `orq diagnose --json` and returns its report, which the schema has to allow. */
export async function diagnosis(box: Sandbox): Promise<DiagnosisReport & { readonly code: number | null }> {
  const run = await box.orq(['diagnose', '--json']);
  const document: { environments: readonly [DiagnosisReport] } = JSON.parse(run.stdout);
  expect(documents.diagnose.safeParse(document).error).toBeUndefined();
  return { ...document.environments[0], code: run.code };
}

/** Expects that the diagnosis names the cause first, and that the exit code says so. */
export async function expectCause(box: Sandbox, id: string, service?: string): Promise<DiagnosisReport> {
  const report = await diagnosis(box);
  const [first] = report.findings;
  expect({ id: first?.id, service: first?.service }, JSON.stringify(report.findings, null, 1)).toEqual({
    id,
    service,
  });
  expect(report.code).toBe(first?.severity === 'error' ? 1 : 0);
  return report;
}

/** The container of a service. */
export async function containerOf(
  box: Sandbox,
  service: string,
): Promise<{ readonly id: string; readonly name: string }> {
  const found = (await box.containers())[`${service}-1`];
  if (found === undefined) throw new Error(`no container of ${service}`);
  return found;
}
