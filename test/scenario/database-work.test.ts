import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Client } from 'pg';
import { describe, expect } from 'vitest';
import { documents } from '../../src/output/schemas/documents.ts';
import { query } from './query.ts';
import { type Sandbox, test } from './sandbox.ts';

const engines = ['docker', 'embedded'] as const;

/** Servers of the machine are not told to count statements. */
const slowest = {
  docker: expect.arrayContaining([
    { statement: expect.stringContaining('pg_sleep($1)'), calls: 1, milliseconds: expect.any(Number) },
  ]),
  embedded: [],
} as const;

const isRefused = { code: '42501' };

describe.each(engines)('work on databases of projects on %s', (engine) => {
  const orq = (box: Sandbox, ...args: readonly string[]) => box.orq(['db', ...args, '--engine', engine]);
  const json = async (box: Sandbox, ...args: readonly string[]) => {
    const { stdout, stderr, code } = await orq(box, ...args, '--json');
    expect(code, stderr + stdout).toBe(0);
    return JSON.parse(stdout);
  };
  const withDatabase = async (
    box: Sandbox,
    work: (id: string, url: string) => Promise<void>,
  ): Promise<void> => {
    const id = `${box.project}-w`;
    try {
      const { database } = await json(box, 'create', id);
      await query(database.connectionString, 'CREATE TABLE goods AS SELECT generate_series(1, 500) AS id');
      await work(id, database.connectionString);
    } finally {
      await orq(box, 'delete', id, '--yes', '--force', '--no-backup');
    }
  };

  test('shows how a database is doing again and again', async ({ box }) => {
    await withDatabase(box, async (id, url) => {
      const watch = box.start(['db', 'metrics', id, '--watch', '--engine', engine, '--json']);
      await watch.until(/"idleInTransaction":0[^\n]*\n/);
      const session = new Client({ connectionString: url });
      await session.connect();
      await session.query('BEGIN');
      await watch.until(/"idleInTransaction":1[^\n]*\n/);
      await session.query('COMMIT');
      await session.end();
      watch.kill('SIGINT');
      const { code, stdout } = await watch.finished;
      expect(code).toBe(130);
      const lines = stdout.trimEnd().split('\n');
      // The last one says that it was interrupted.
      expect(JSON.parse(lines.pop() ?? '')).toMatchObject({ error: { code: 'CANCELLED' } });
      for (const line of lines)
        expect(documents['db-metrics'].safeParse(JSON.parse(line)).error).toBeUndefined();
      expect(lines.length).toBeGreaterThan(1);
    });
  });

  test('backs up, restores, measures and branches', async ({ box }) => {
    await withDatabase(box, async (id, url) => {
      const made = await json(box, 'backup', id, '--name', 'kept');
      expect(documents['db-backup'].safeParse(made).error).toBeUndefined();
      expect(made.backup.path).toContain(`/projects/${id}/database/backups/kept_`);
      expect((await stat(made.backup.path)).mode & 0o777).toBe(0o600);
      await query(url, 'DROP TABLE goods');
      expect((await orq(box, 'restore', id)).stderr).toContain('[NOT_CONFIRMED]');
      const done = await json(box, 'restore', id, 'kept', '--yes');
      expect(documents['db-restore'].safeParse(done).error).toBeUndefined();
      expect(await query(url, 'SELECT count(*)::int AS rows FROM goods')).toEqual([{ rows: 500 }]);
      expect((await json(box, 'backups', id)).backups).toHaveLength(2);
      expect((await orq(box, 'restore', id, 'nothing', '--yes')).stderr).toContain(`orq db backups ${id}`);

      const asked = await box.orq(['psql', '--engine', engine, id, '-Atc', 'SELECT count(*) FROM goods']);
      expect(asked).toMatchObject({ code: 0, stdout: '500\n' });

      await query(url, 'SELECT pg_sleep(0.2)');
      const { metrics } = await json(box, 'metrics', id);
      expect(
        documents['db-metrics'].safeParse({ schemaVersion: 1, command: 'db metrics', metrics }).error,
      ).toBeUndefined();
      expect(metrics[0].sizeBytes).toBeGreaterThan(5_000_000);
      expect(metrics[0].cacheHitRatio).toBeGreaterThan(0);
      expect(metrics[0].memoryBytes).toBeGreaterThan(1_000_000);
      expect(metrics[0].slowest).toEqual(slowest[engine]);

      const { branch } = await json(box, 'branch', id, 'pr-1');
      await query(branch.connectionString, 'DELETE FROM goods');
      expect(await query(url, 'SELECT count(*)::int AS rows FROM goods')).toEqual([{ rows: 500 }]);
      expect((await orq(box, 'branch', id, 'pr-1')).stderr).toContain('[BRANCH_EXISTS]');
      const passing = await json(box, 'branch', id, 'pr-2', '--ttl', '1ms');
      await json(box, 'list');
      await expect(query(passing.branch.connectionString, 'SELECT 1')).rejects.toMatchObject({
        code: '3D000',
      });
      expect((await json(box, 'branch', id)).branches).toMatchObject([{ name: 'pr-1' }]);

      const database = new URL(url).pathname.slice(1);
      await query(url, `CREATE DATABASE "${database}_branch_mine"`);
      expect((await orq(box, 'branch', id, 'mine')).stderr).toContain('which is no branch');
      await query(url, `DROP DATABASE "${database}_branch_mine"`);
      // As a killed command leaves it.
      await query(url, `CREATE DATABASE "orq_restore_${database}"`);
      const said = JSON.stringify({ orq: 'branch', of: database, name: 'pr-3', at: '', expiresAt: null });
      await query(url, `COMMENT ON DATABASE "orq_restore_${database}" IS '${said}'`);
      expect((await json(box, 'branch', id)).branches).toMatchObject([{ name: 'pr-1' }]);
      await json(box, 'branch', id, 'pr-3');
      await json(box, 'branch', id, 'pr-3', '--delete');
      await json(box, 'branch', id, 'pr-1', '--delete');
      expect((await orq(box, 'branch', id, 'pr-1', '--delete')).stderr).toContain('[BRANCH_UNKNOWN]');
    });
  });
});

describe.each(engines)('a database that is deleted on %s', (engine) => {
  const run = (box: Sandbox, ...args: readonly string[]) => box.orq([...args, '--engine', engine]);

  test('is backed up first, and undo brings it back as it was', async ({ box }) => {
    const id = `${box.project}-d`;
    try {
      // While it is gone, a test beside may be given a port of the usual ones.
      const port = String(await box.freePort());
      const made = JSON.parse((await run(box, 'db', 'create', id, '--port', port, '--json')).stdout);
      const url: string = made.database.connectionString;
      await query(url, 'CREATE TABLE goods AS SELECT generate_series(1, 500) AS id');
      await query(url, 'CREATE ROLE reader');
      await query(url, 'GRANT SELECT ON goods TO reader');
      await query(url, 'CREATE DATABASE other');
      expect((await run(box, 'db', 'delete', id, '--yes')).stderr).toMatch(
        /other[^]*\[NOT_BACKED_UP\]|\[NOT_BACKED_UP\][^]*other/,
      );
      await query(url, 'DROP DATABASE other');

      const { stdout, stderr } = await run(box, 'db', 'delete', id, '--yes', '--json');
      const deleted = JSON.parse(stdout);
      expect(documents['db-delete'].safeParse(deleted).error, stderr).toBeUndefined();
      expect((await stat(deleted.backup)).mode & 0o777).toBe(0o600);
      expect((await run(box, 'db', 'exists', id)).code).toBe(1);

      expect(await run(box, 'undo', '--plan')).toMatchObject({
        code: 3,
        stdout: expect.stringContaining(`Back to before orq db delete ${id}`),
      });
      expect((await run(box, 'undo')).stderr).toContain('[NOT_CONFIRMED]');
      const undone = JSON.parse((await run(box, 'undo', '--yes', '--json')).stdout);
      expect(documents.undo.safeParse(undone).error).toBeUndefined();
      const held = `SELECT count(*)::int AS rows, has_table_privilege('reader', 'goods', 'SELECT') AS reads FROM goods`;
      expect(await query(url, held)).toEqual([{ rows: 500, reads: true }]);
      expect((await run(box, 'undo', '--yes')).stderr).toContain('[NO_COMPOSE_FILE]');
    } finally {
      await run(box, 'db', 'delete', id, '--yes', '--force', '--no-backup');
    }
  });
});

test('a deleted database comes back on another port when something has taken its own', async ({ box }) => {
  const id = `${box.project}-p`;
  const run = (...args: readonly string[]) => box.orq([...args, '--engine', 'docker']);
  const other = createServer();
  try {
    const { database } = JSON.parse((await run('db', 'create', id, '--json')).stdout);
    expect(await run('db', 'delete', id, '--yes')).toMatchObject({ code: 0 });
    other.listen(database.port, '127.0.0.1');
    await once(other, 'listening');
    const { stdout, stderr } = await run('undo', '--yes', '--json');
    const { undone } = JSON.parse(stdout);
    expect(undone, stderr).toMatchObject({ kind: 'recreated', restored: null });
    expect(undone.port).not.toBe(database.port);
    const url = new URL(database.connectionString);
    url.port = undone.port;
    expect(await query(url.href, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  } finally {
    other.close();
    await run('db', 'delete', id, '--yes', '--force', '--no-backup');
  }
});

test('a database that does not run is deleted only when its data is given up', async ({ box }) => {
  const id = `${box.project}-s`;
  const run = (...args: readonly string[]) => box.orq([...args, '--engine', 'docker']);
  try {
    const made = JSON.parse((await run('db', 'create', id, '--json')).stdout);
    await query(made.database.connectionString, 'CREATE TABLE goods ()');
    await box.engine.stopContainer(made.database.containerId, {});
    expect((await run('db', 'delete', id, '--yes')).stderr).toContain(`orq db create ${id} starts it`);
    expect((await run('db', 'exists', id)).code).toBe(0);
    expect(await run('db', 'delete', id, '--yes', '--no-backup')).toMatchObject({ code: 0 });
    expect((await run('undo', '--yes')).stderr).toContain('[NO_COMPOSE_FILE]');
  } finally {
    await run('db', 'delete', id, '--yes', '--force', '--no-backup');
  }
});

describe('the shared server', () => {
  test('keeps projects apart, and is served to Prometheus', async ({ box }) => {
    const orq = (...args: readonly string[]) => box.orq(['db', ...args, '--engine', 'embedded']);
    const json = async (...args: readonly string[]) => {
      const { stdout, stderr, code } = await orq(...args, '--json');
      expect(code, stderr + stdout).toBe(0);
      return JSON.parse(stdout);
    };
    try {
      const made = await Promise.all(
        ['red', 'blue', 'green'].map((id) => json('create', id, '--placement', 'shared')),
      );
      const [red, blue] = made.map(({ database }) => database);
      expect(red).toMatchObject({
        placement: 'shared',
        containerName: 'sovrabase-db-shared',
        port: blue.port,
      });
      expect((await json('create', 'red', '--placement', 'shared')).created).toBe(false);
      expect((await orq('create', 'red')).stderr).toContain('[DATABASE_EXISTS]');
      expect((await orq('create', 'tea', '--placement', 'shared', '--memory', '1g')).code).toBe(2);
      await query(blue.connectionString, 'CREATE TABLE secret AS SELECT 1 AS word');
      for (const name of ['blue', 'shared', 'postgres', 'template1'])
        await expect(query(red.connectionString.replace(/red$/, name), 'SELECT 1')).rejects.toMatchObject(
          isRefused,
        );
      await expect(query(red.connectionString, 'CREATE ROLE other')).rejects.toMatchObject(isRefused);
      await expect(query(red.connectionString, 'SELECT rolpassword FROM pg_authid')).rejects.toMatchObject(
        isRefused,
      );
      const clients = Array.from(
        { length: 11 },
        () => new Client({ connectionString: red.connectionString }),
      );
      const opened = await Promise.allSettled(clients.map((client) => client.connect()));
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      const refused = opened.filter((result) => result.status === 'rejected');
      // The server may still count a session that has just ended.
      expect(refused.length).toBeGreaterThanOrEqual(1);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: '53300' });

      const address = `127.0.0.1:${await box.freePort()}`;
      const page = box.start(['db', 'metrics', '--serve', address, '--engine', 'embedded']);
      await page.until(/metrics at http/);
      const text = await (await fetch(`http://${address}/metrics`)).text();
      for (const id of ['red', 'blue', 'green'])
        expect(text).toMatch(new RegExp(`^orq_database_commits_total\\{project="${id}"\\} [1-9]`, 'm'));
      expect(text).toContain('# TYPE orq_database_commits_total counter');
      page.kill('SIGTERM');
      const { code, stderr } = await page.finished;
      expect(code).toBe(130);
      expect(stderr).not.toContain('✘');

      const { backup } = await json('backup', 'blue');
      expect(backup.content.rows).toBe(1);
      expect((await json('restore', 'blue', '--yes')).restored.database).toBe('blue');
      await expect(query(red.connectionString.replace(/red$/, 'blue'), 'SELECT 1')).rejects.toMatchObject(
        isRefused,
      );
      expect((await orq('delete', 'shared', '--yes')).stderr).toContain('[DATABASE_IN_USE]');
      for (const id of ['red', 'blue', 'green']) expect((await orq('delete', id, '--yes')).code).toBe(0);
      expect((await json('list')).databases.map(({ projectId }: { projectId: string }) => projectId)).toEqual(
        ['shared'],
      );
    } finally {
      for (const id of ['red', 'blue', 'green', 'shared'])
        await orq('delete', id, '--yes', '--force', '--no-backup');
    }
  });
});
