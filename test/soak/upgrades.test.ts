import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDocker } from '../../src/engine/docker/docker-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createDatabase } from '../../src/operations/db/create-database.ts';
import type { DatabasesContext } from '../../src/operations/db/db-context.ts';
import { deleteDatabase } from '../../src/operations/db/delete-database.ts';
import { upgradeDatabase } from '../../src/operations/db/upgrade/upgrade-database.ts';
import { query } from '../scenario/query.ts';
import { startOrq } from '../scenario/run-orq.ts';

const majors = [15, 17, 18] as const;
const id = `up-${process.pid}`;

/** Things of every kind that a dump can lose: a key on itself, an enum, a trigger, a large object, a role, a second database. */
const dataSet = `
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TABLE goods (id bigserial PRIMARY KEY, name text NOT NULL UNIQUE, mood mood, ref bigint REFERENCES goods);
  INSERT INTO goods (name, mood) SELECT 'n' || g, (CASE WHEN g % 2 = 0 THEN 'ok' ELSE 'sad' END)::mood FROM generate_series(1, 20000) g;
  UPDATE goods SET ref = id - 1 WHERE id > 1;
  CREATE VIEW few AS SELECT * FROM goods WHERE id < 10;
  CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
  CREATE TRIGGER kept BEFORE INSERT ON goods FOR EACH ROW EXECUTE FUNCTION keep();
  SELECT lo_from_bytea(0, 'large');
  CREATE ROLE reader LOGIN PASSWORD 'of the reader';
  GRANT SELECT ON goods TO reader;
  ALTER DATABASE ${id.replace('-', '_')} SET search_path = public, pg_catalog`;

const digest = `SELECT count(*)::int AS rows, md5(string_agg(id || name || mood || coalesce(ref, 0), ',' ORDER BY id)) AS sum,
  (SELECT last_value::int FROM goods_id_seq) AS at, (SELECT count(*)::int FROM pg_largeobject_metadata) AS large FROM goods`;

let folder = '';
let engine: Engine;
let environment: Readonly<Record<string, string | undefined>> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orq-upgrades-'));
  engine = await connectDocker({ environment: process.env });
  environment = { ...process.env, ...(await images()), HOME: folder };
});

afterAll(async () => {
  await deleteDatabase(contextOf(engine), id, { force: true, backup: false }).catch(() => undefined);
  engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** The stand-ins of all majors where the usual one is a stand-in; else the official images. */
async function images(): Promise<Readonly<Record<string, string>>> {
  if (process.env['ORQ_IMAGE_POSTGRES'] === undefined) return {};
  const build = join(import.meta.dirname, '../images/build');
  const { stdout } = await promisify(execFile)(
    build,
    majors.map((major) => `postgres${major}`),
  );
  return Object.fromEntries(
    [...stdout.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, tag]) => [name, tag]),
  );
}

function contextOf(used: Engine): DatabasesContext {
  return {
    engine: used,
    environment,
    stateDirectory: join(folder, '.local/share/orq/databases'),
    command: 'soak',
    emit: () => undefined,
    signal: new AbortController().signal,
  };
}

async function fresh(): Promise<string> {
  await deleteDatabase(contextOf(engine), id, { force: true, backup: false }).catch(() => undefined);
  const { database } = await createDatabase(contextOf(engine), id, { postgresVersion: '15', memory: '512m' });
  await query(database.connectionString, dataSet);
  await query(database.connectionString, 'CREATE DATABASE second');
  await query(second(database.connectionString), 'CREATE TABLE other AS SELECT generate_series(1, 77) AS id');
  return database.connectionString;
}

function second(url: string): string {
  return url.replace(/[^/]+$/, 'second');
}

async function contents(url: string): Promise<readonly unknown[]> {
  return [...(await query(url, digest)), ...(await query(second(url), 'SELECT count(*) FROM other'))];
}

async function majorOf(url: string): Promise<number> {
  const rows = await query(url, "SELECT current_setting('server_version_num') AS version");
  return Number(/"version":"(\d\d)/.exec(JSON.stringify(rows))?.[1]);
}

async function things(): Promise<{ readonly containers: number; readonly volumes: number }> {
  const filter = { labels: { 'sovrabase.project_id': id } };
  const [containers, volumes] = [await engine.listContainers(filter), await engine.listVolumes(filter)];
  return { containers: containers.length, volumes: volumes.length };
}

test('15 to 17 to 18: rows, schema, roles and other databases are as before, the old volumes stay', async () => {
  const url = await fresh();
  const before = await contents(url);
  for (const [hop, to] of [17, 18].entries()) {
    const report = await upgradeDatabase(contextOf(engine), id, String(to));
    console.log(
      `to ${to}: ${Math.round(report.durationMs)} ms, away for ${Math.round(report.downtimeMs)} ms`,
    );
    expect(await majorOf(url)).toBe(to);
    expect(await contents(url)).toEqual(before);
    expect(await query(url, 'SHOW search_path')).toEqual([{ search_path: 'public, pg_catalog' }]);
    const reader = url.replace(/\/\/[^@]+@/, '//reader:of%20the%20reader@');
    expect(await query(reader, 'SELECT count(*)::int AS few FROM goods WHERE id < 4')).toEqual([{ few: 3 }]);
    expect(await things()).toEqual({ containers: 1, volumes: hop + 2 });
  }
});

/** An engine whose act of a number fails, and how many acts there were. */
function failing(at: number): { readonly engine: Engine; readonly acts: () => number } {
  let acts = 0;
  const guard =
    <Args extends readonly unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> => {
      acts += 1;
      return acts === at ? Promise.reject(new Error(`injected at act ${at}`)) : act(...args);
    };
  return {
    acts: () => acts,
    engine: {
      ...engine,
      createVolume: guard(engine.createVolume),
      createContainer: guard(engine.createContainer),
      startContainer: guard(engine.startContainer),
      stopContainer: guard(engine.stopContainer),
      renameContainer: guard(engine.renameContainer),
      exec: guard(engine.exec),
    },
  };
}

test('a failure at any act leaves the old server serving, and nothing else', async () => {
  let url = await fresh();
  const before = await contents(url);
  for (let at = 1; ; at += 1) {
    const broken = failing(at);
    const result = await upgradeDatabase(contextOf(broken.engine), id, '17').catch((error: unknown) => error);
    if (broken.acts() < at) break;
    const failed = result instanceof Error;
    console.log(`act ${at}: ${failed ? `${result.message}; the old server serves` : 'done without'}`);
    expect(await majorOf(url), `act ${at}`).toBe(failed ? 15 : 17);
    expect(await contents(url)).toEqual(before);
    expect(await things()).toEqual({ containers: 1, volumes: failed ? 1 : 2 });
    if (!failed) url = await fresh();
  }
  expect(await majorOf(url)).toBe(17);
  expect(await contents(url)).toEqual(before);
});

test('kill -9 at any moment: the next command finds one server with all the data', async () => {
  let url = await fresh();
  const before = await contents(url);
  const run = (...args: readonly string[]) => startOrq(['db', ...args], { cwd: folder, env: environment });
  for (let after = 500; after < 10_000; after += 700) {
    const upgrading = run('upgrade', id, '--to', '17');
    await Promise.race([delay(after), upgrading.finished]);
    upgrading.kill('SIGKILL');
    const { code } = await upgrading.finished;
    expect((await run('create', id, '--memory', '512m').finished).code).toBe(0);
    const major = await majorOf(url);
    expect(await contents(url)).toEqual(before);
    expect(await things()).toEqual({ containers: 1, volumes: major === 15 ? 1 : 2 });
    console.log(`killed after ${after} ms: PostgreSQL ${major}`);
    if (code === 0) break;
    if (major !== 15) url = await fresh();
  }
});
