import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { DatabaseCluster } from '../../src/engine/database-cluster.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { connectKubernetes } from '../../src/engine/kubernetes/kubernetes-engine.ts';
import { databasesFolder, type DatabasesContext, notesFolder } from '../../src/operations/db/db-context.ts';
import { upgradeDatabase } from '../../src/operations/db/upgrade/upgrade-database.ts';
import { box, testInCluster } from '../scenario/in-cluster.ts';
import { patience, withForward } from '../scenario/kubernetes-box.ts';
import { query } from '../scenario/query.ts';

testInCluster({ operator: true });

type Operator = 'none' | 'cnpg';

/** The claims with the data, and the Pod of the server, before an upgrade. */
const kept = {
  none: ['PersistentVolumeClaim sovrabase-db-shop-data', 'Pod sovrabase-db-shop-0'],
  cnpg: ['PersistentVolumeClaim sovrabase-db-shop-1', 'Pod sovrabase-db-shop-1'],
} as const;

async function fresh(operator: Operator): Promise<readonly string[]> {
  await box.orq(['delete', 'shop', '--yes', '--force', '--no-backup']);
  await box.json(['create', 'shop', '--operator', operator, ...patience]);
  await withForward(box, 'shop', (url) => query(url, dataSet));
  return box.leftovers();
}

const dataSet = `CREATE TABLE goods AS SELECT n AS id FROM generate_series(1, 2000) AS n;
  CREATE ROLE reader LOGIN PASSWORD 'of the reader'; GRANT SELECT ON goods TO reader`;

/** Rows and major, and where it has the right objects only. */
async function contents(): Promise<unknown> {
  const sql = `SELECT count(*)::int AS rows, sum(id)::int AS sum, has_table_privilege('reader', 'goods', 'SELECT') AS may,
    current_setting('server_version_num')::int / 10000 AS major FROM goods`;
  const [row] = await withForward(box, 'shop', (url) => query(url, sql));
  return row;
}

async function expectWhole(operator: Operator, before: readonly string[], was: unknown): Promise<boolean> {
  const now = await contents();
  const isNew = JSON.stringify(now) !== JSON.stringify(was);
  expect(now).toEqual(isNew ? Object.assign({}, was, { major: 18 }) : was);
  const left = await box.leftovers();
  const claims = left.filter((name) => /^PersistentVolumeClaim .*-18-/.test(name));
  expect(claims).toHaveLength(isNew ? 1 : 0);
  const [claim, pod] = kept[operator];
  expect(before).toContain(claim);
  // The Pods of CloudNativePG have the name of their claim.
  const servers = operator === 'cnpg' && isNew ? claims.map((name) => name.replace(/^\w+/, 'Pod')) : [pod];
  expect(left).toEqual([...before.filter((name) => name !== pod), ...claims, ...servers].sort());
  return isNew;
}

/** A context whose engine's act of a number fails, and how many acts there were. */
async function failing(
  at: number,
): Promise<{ context: DatabasesContext; acts: () => number; close: () => void }> {
  const environment = { ...process.env, ...box.env };
  const engine = await connectKubernetes({ environment, cwd: box.directory, namespace: box.namespace });
  let acts = 0;
  const guarded = <Type extends object>(object: Type, names: readonly (keyof Type)[]): Type => {
    const copy = { ...object };
    for (const name of names) {
      const act = object[name];
      if (typeof act !== 'function') throw new Error(`no act ${String(name)}`);
      Object.assign(copy, {
        [name]: (...args: unknown[]) => {
          acts += 1;
          return acts === at ? Promise.reject(new Error(`injected at ${String(name)}`)) : act(...args);
        },
      });
    }
    return copy;
  };
  const { cluster: whole } = engine;
  if (whole === undefined) throw new Error('no cluster');
  const upgrades = guarded(whole.upgrades, ['begin', 'claim', 'start', 'stop', 'choose']);
  const acting: DatabaseCluster = guarded({ ...whole, upgrades }, ['apply', 'waitUntilReady']);
  const used: Engine = { ...engine, cluster: acting };
  return {
    acts: () => acts,
    close: () => engine.close(),
    context: {
      engine: used,
      environment,
      stateDirectory: notesFolder(databasesFolder(environment), engine),
      command: 'soak',
      emit: () => undefined,
      signal: new AbortController().signal,
    },
  };
}

describe.each<Operator>(['none', 'cnpg'])('an upgrade with --operator %s', (operator) => {
  test('a failure at any act leaves the old server serving, and nothing else', async () => {
    let before = await fresh(operator);
    const was = await contents();
    for (let at = 1; ; at += 1) {
      const { context, acts, close } = await failing(at);
      const result = await upgradeDatabase(context, 'shop', '18').catch((error: unknown) => error);
      close();
      const failed = result instanceof Error;
      console.log(`act ${at}: ${failed ? result.message : `done, ${JSON.stringify(result)}`}`);
      expect(await expectWhole(operator, before, was)).toBe(!failed);
      if (acts() < at) break;
      if (!failed) before = await fresh(operator);
    }
  });

  test('kill -9 at any moment: the next command finds one server with all the data', async () => {
    let before = await fresh(operator);
    const was = await contents();
    for (let after = 600; after < 12_000; after += 350) {
      const upgrading = box.start(['upgrade', 'shop', '--to', '18']);
      await Promise.race([delay(after), upgrading.finished]);
      upgrading.kill('SIGKILL');
      const { code } = await upgrading.finished;
      await box.json(['list']);
      const isNew = await expectWhole(operator, before, was);
      console.log(`killed after ${after} ms: ${isNew ? 'the new server' : 'the old server'}`);
      if (code === 0) break;
      if (isNew) before = await fresh(operator);
    }
  });

  test('Ctrl-C at any moment: the old server serves', async () => {
    let before = await fresh(operator);
    const was = await contents();
    for (let after = 800; after < 12_000; after += 800) {
      const upgrading = box.start(['upgrade', 'shop', '--to', '18']);
      await Promise.race([delay(after), upgrading.finished]);
      upgrading.kill('SIGINT');
      const { code } = await upgrading.finished;
      const isNew = await expectWhole(operator, before, was);
      console.log(`interrupted after ${after} ms: exit code ${code}, ${isNew ? 'new' : 'old'}`);
      expect(isNew).toBe(code === 0);
      if (isNew) break;
    }
  });
});
