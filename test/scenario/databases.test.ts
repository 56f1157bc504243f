import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { describe, expect, onTestFinished } from 'vitest';
import { documents } from '../../src/output/schemas/documents.ts';
import { createDatabaseOrchestrator } from '../../src/index.ts';
import { type Sandbox, test } from './sandbox.ts';

interface Database {
  readonly port: number;
  readonly status: string;
  readonly password: string;
  readonly containerName: string;
  readonly connectionString: string;
}

const engines = ['docker', 'embedded'] as const;

/** Runs `work` with ids that no other test uses; their databases go when it ends. */
async function withIds(
  box: Sandbox,
  count: number,
  work: (names: readonly string[]) => Promise<void>,
): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `${box.project}-${index}`);
  try {
    await work(names);
  } finally {
    for (const engine of engines)
      for (const name of names) await box.orq(['db', 'delete', name, '--yes', '--force', '--engine', engine]);
  }
}

async function query(connectionString: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe.each(engines)('a database for a project on %s', (engine) => {
  const create = (box: Sandbox, id: string, ...more: readonly string[]) =>
    box.orq(['db', 'create', id, '--json', '--engine', engine, ...more]);

  test('is made once, found, reached, kept over a stop, and goes with its data', async ({ box }) => {
    await withIds(box, 1, async ([id = '']) => {
      const at = ['--engine', engine];
      expect((await box.orq(['db', 'exists', id, ...at])).code).toBe(1);
      const made = JSON.parse((await create(box, id)).stdout);
      expect(made.created).toBe(true);
      expect(documents['db-create'].safeParse(made).error).toBeUndefined();
      const { database }: { database: Database } = made;
      expect(database).toMatchObject({ status: 'running', containerName: `sovrabase-db-${id}` });
      expect(database.port).toBeGreaterThanOrEqual(5433);
      expect(database.port).toBeLessThanOrEqual(6000);
      await query(database.connectionString, 'CREATE TABLE kept AS SELECT 7 AS word');
      const [settings] = await query(database.connectionString, 'SHOW password_encryption');
      expect(settings).toEqual({ password_encryption: 'scram-sha-256' });
      expect(JSON.parse((await create(box, id)).stdout)).toEqual({ ...made, created: false });
      const other = await create(box, id, '--cpus', '0.5');
      expect(JSON.parse(other.stdout).error).toMatchObject({ code: 'DATABASE_EXISTS' });
      expect((await box.orq(['db', 'url', id, ...at])).stdout.trim()).toBe(database.connectionString);
      expect((await box.orq(['db', 'list', ...at])).stdout).toContain(id);
      expect((await box.orq(['db', 'list', ...at])).stdout).not.toContain(database.password);
      const session = new Client({ connectionString: database.connectionString });
      session.on('error', () => undefined);
      await session.connect();
      expect((await box.orq(['db', 'delete', id, '--yes', ...at])).stderr).toContain('[DATABASE_IN_USE]');
      await session.end();
      expect(await query(database.connectionString, 'SELECT word FROM kept')).toEqual([{ word: 7 }]);
      expect((await box.orq(['db', 'delete', id, '--yes', ...at])).code).toBe(0);
      expect((await box.orq(['db', 'get', id, ...at])).stderr).toContain('[DATABASE_UNKNOWN]');
      expect(JSON.parse((await create(box, id)).stdout).created).toBe(true);
      const again = JSON.parse((await box.orq(['db', 'get', id, '--json', ...at])).stdout).database;
      expect(await query(again.connectionString, "SELECT to_regclass('kept') AS kept")).toEqual([
        { kept: null },
      ]);
    });
  });

  test('gets a port of its own when several are made at once', async ({ box }) => {
    await withIds(box, 3, async (names) => {
      const runs = await Promise.all(names.map((id) => create(box, id)));
      expect(
        runs.map(({ code }) => code),
        runs.map(({ stderr }) => stderr).join(''),
      ).toEqual([0, 0, 0]);
      const ports = runs.map(({ stdout }) => JSON.parse(stdout).database.port);
      expect(new Set(ports).size).toBe(3);
    });
  });

  test('that was being made when orq was killed leaves nothing', async ({ box }) => {
    await withIds(box, 1, async ([id = '']) => {
      const running = box.start(['db', 'create', id, '--engine', engine]);
      const mark = `${box.env['HOME']}/.local/share/orq/databases/creating/${id}.json`;
      await expect.poll(() => readFile(mark, 'utf8').catch(() => ''), { interval: 5 }).not.toBe('');
      running.kill('SIGKILL');
      await running.finished;
      const list = await box.orq(['db', 'list', '--json', '--engine', engine]);
      expect(JSON.parse(list.stdout).databases).not.toContainEqual(
        expect.objectContaining({ projectId: id }),
      );
      expect(await box.engine.findVolume(`sovrabase-db-${id}-data`)).toBeUndefined();
    });
  });
});

describe('orq db', () => {
  test('refuses what it cannot make, before anything is made', async ({ box }) => {
    const server = createServer().listen(await box.freePort(), '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const cases: readonly (readonly [readonly string[], number, string])[] = [
      [['My_Project; DROP'], 2, '[USAGE]'],
      [['p', '--memory', '5m', '--postgres', 'newest'], 2, '[USAGE]'],
      [['p', '--port', port], 1, '[PORT_HELD]'],
      [['p', '--password-file', 'none'], 2, '[FILE_UNREADABLE]'],
    ];
    for (const [args, code, word] of cases) {
      const run = await box.orq(['db', 'create', ...args]);
      expect(run, run.stderr).toMatchObject({ code });
      expect(run.stderr).toContain(word);
    }
    expect((await box.orq(['db', 'exists', 'p'])).stdout).toBe('no\n');
    expect((await box.orq(['db', 'get'])).code).toBe(2);
    expect((await box.orq(['db', 'creat'])).code).toBe(2);
    await box.write('orq.toml', '[orchestrator]\ntype = "swarm"\nnamespace = "No"\nhost = 1\n');
    const settings = await box.orq(['db', 'list']);
    expect(settings).toMatchObject({ code: 2 });
    for (const key of ['type', 'namespace', 'host']) expect(settings.stderr).toContain(key);
  });

  test('is an API with types', async ({ box }) => {
    await withIds(box, 1, async ([id = '']) => {
      const orchestrator = createDatabaseOrchestrator({ environment: { ...process.env, ...box.env } });
      const made = await orchestrator.createDatabase(id, { password: "it's %secret" });
      expect(await orchestrator.getDatabaseInfo(id)).toEqual(made);
      expect(await query(made.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(await orchestrator.listDatabases()).toContainEqual(made);
      const stopped = new AbortController();
      stopped.abort(new Error('enough'));
      await expect(orchestrator.listDatabases({ signal: stopped.signal })).rejects.toThrow('enough');
      await orchestrator.deleteDatabase(id);
      expect(await orchestrator.databaseExists(id)).toBe(false);
      const program = `import { createDatabaseOrchestrator } from 'orq'; console.log(typeof createDatabaseOrchestrator)`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
      expect(stdout).toBe('function\n');
    });
  });
});
