import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { describe, expect, onTestFinished } from 'vitest';
import { connectDocker } from '../../src/engine/docker/docker-engine.ts';
import { connectEmbedded } from '../../src/engine/embedded/embedded-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { documents } from '../../src/output/schemas/documents.ts';
import { createDatabaseOrchestrator } from '../../src/index.ts';
import { query } from './query.ts';
import { type Sandbox, test } from './sandbox.ts';

interface Database {
  readonly port: number;
  readonly postgresVersion: string;
  readonly status: string;
  readonly password: string;
  readonly containerName: string;
  readonly connectionString: string;
}

/** Podman too where `test/engine/podman` has prepared one. */
const podmanImage = process.env['ORQ_TEST_PODMAN_IMAGE'];
const engines = ['docker', 'embedded', ...(podmanImage === undefined ? [] : (['podman'] as const))] as const;
type EngineName = (typeof engines)[number];

/** Options and variables with which orq takes an engine. */
function on(engine: EngineName): Readonly<Record<string, string | undefined>> {
  if (engine !== 'podman') return {};
  return {
    CONTAINER_HOST: process.env['CONTAINER_HOST'],
    ORQ_IMAGE_POSTGRES: podmanImage,
    ORQ_IMAGE_POSTGRES_17: podmanImage,
  };
}

/** The engine itself, for what orq has no command for. */
function connect(box: Sandbox, engine: EngineName): Promise<Engine> {
  const environment = { ...process.env, ...box.env, ...on(engine) };
  if (engine !== 'embedded') return connectDocker({ environment, podman: engine === 'podman' });
  const stateDirectory = `${box.env['HOME']}/.local/share/orq/databases`;
  return connectEmbedded({ environment, stateDirectory, cwd: box.directory });
}

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
      for (const name of names)
        await box.orq(['db', 'delete', name, '--yes', '--force', '--no-backup', '--engine', engine]);
  }
}

describe.each(engines)('a database for a project on %s', (engine) => {
  const orq = (box: Sandbox, ...args: readonly string[]) =>
    box.orq(['db', ...args, '--engine', engine], { env: on(engine) });
  const create = (box: Sandbox, id: string, ...more: readonly string[]) =>
    orq(box, 'create', id, '--json', ...more);

  test('is made once, found, reached, and goes with its data', async ({ box }) => {
    await withIds(box, 1, async ([id = '']) => {
      expect((await orq(box, 'exists', id)).code).toBe(1);
      const made = JSON.parse((await create(box, id)).stdout);
      expect(made).toMatchObject({ created: true });
      expect(documents['db-create'].safeParse(made).error).toBeUndefined();
      const { database }: { database: Database } = made;
      expect(database).toMatchObject({ status: 'running', containerName: `sovrabase-db-${id}` });
      expect(database.port).toBeGreaterThanOrEqual(5433);
      expect(database.port).toBeLessThanOrEqual(6000);
      await query(database.connectionString, 'CREATE TABLE kept AS SELECT 7 AS word');
      const version = await query(database.connectionString, 'SHOW server_version_num');
      expect(JSON.stringify(version)).toContain(`:"${database.postgresVersion}`);
      expect(JSON.parse((await create(box, id)).stdout)).toEqual({ ...made, created: false });
      const other = await create(box, id, '--cpus', '0.5');
      expect(JSON.parse(other.stdout).error).toMatchObject({ code: 'DATABASE_EXISTS' });
      expect((await orq(box, 'url', id)).stdout.trim()).toBe(database.connectionString);
      const session = new Client({ connectionString: database.connectionString });
      session.on('error', () => undefined);
      await session.connect();
      expect((await orq(box, 'delete', id, '--yes')).stderr).toContain('[DATABASE_IN_USE]');
      await session.end();
      expect(await query(database.connectionString, 'SELECT word FROM kept')).toEqual([{ word: 7 }]);
      expect((await orq(box, 'delete', id, '--yes')).code).toBe(0);
      expect((await orq(box, 'get', id)).stderr).toContain('[DATABASE_UNKNOWN]');
      const again: { database: Database } = JSON.parse((await create(box, id)).stdout);
      expect(await query(again.database.connectionString, "SELECT to_regclass('kept') AS kept")).toEqual([
        { kept: null },
      ]);
    });
  });

  test("is known after the machine was switched off, and its password is nobody else's", async ({ box }) => {
    await withIds(box, 1, async ([id = '']) => {
      // While it is stopped, a test beside may be given a port of the usual ones.
      const own = ['--port', String(await box.freePort())];
      const { database }: { database: Database } = JSON.parse((await create(box, id, ...own)).stdout);
      await query(database.connectionString, 'CREATE TABLE kept AS SELECT 7 AS word');
      const wrong = database.connectionString.replace(database.password, 'wrong');
      await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
      const stored = await query(
        database.connectionString,
        'SELECT rolpassword FROM pg_authid WHERE rolname = current_user',
      );
      expect(JSON.stringify(stored)).toContain('SCRAM-SHA-256$');
      const itself = await connect(box, engine);
      try {
        const { id: container, labels } = await itself.inspectContainer(database.containerName);
        expect(JSON.stringify(labels)).not.toContain(database.password);
        for await (const { text } of itself.logs(container, { follow: false }))
          expect(text).not.toContain(database.password);
        expect((await box.run(['ps', '-eww', '-o', 'args'])).stdout).not.toContain(database.password);
        expect((await orq(box, 'list')).stdout).not.toContain(database.password);
        await itself.stopContainer(container, {});
      } finally {
        itself.close();
      }
      const got: { database: Database } = JSON.parse((await orq(box, 'get', id, '--json')).stdout);
      expect(got.database).toEqual({ ...database, status: 'stopped' });
      expect(JSON.parse((await create(box, id)).stdout)).toMatchObject({ created: false, database });
      expect(await query(database.connectionString, 'SELECT word FROM kept')).toEqual([{ word: 7 }]);
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
      const running = box.start(['db', 'create', id, '--engine', engine], { env: on(engine) });
      onTestFinished(() => running.kill('SIGKILL'));
      const mark = `${box.env['HOME']}/.local/share/orq/databases/changing/${engine}/${id}.json`;
      await expect
        .poll(() => readFile(mark, 'utf8').catch(() => ''), { interval: 5, timeout: 30_000 })
        .not.toBe('');
      running.kill('SIGKILL');
      await running.finished;
      const list = await orq(box, 'list', '--json');
      expect(JSON.parse(list.stdout).databases).not.toContainEqual(
        expect.objectContaining({ projectId: id }),
      );
      const itself = await connect(box, engine);
      expect(await itself.findVolume(`sovrabase-db-${id}-data`)).toBeUndefined();
      itself.close();
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
      [['p', '--port', '80x'], 2, 'Expected a port'],
      [['p', '--password-file', 'none'], 2, '[FILE_UNREADABLE]'],
      [['p', '--postgres', '99', '--engine', 'embedded'], 1, '[IMAGE_UNAVAILABLE]'],
      [['p', '--host', 'unix:///nowhere.sock'], 1, '[ENGINE_UNREACHABLE]'],
    ];
    for (const [args, code, word] of cases) {
      const run = await box.orq(['db', 'create', ...args]);
      expect(run, run.stderr).toMatchObject({ code });
      expect(run.stderr).toContain(word);
    }
    expect((await box.orq(['db', 'exists', 'p'])).stdout).toBe('no\n');
    expect((await box.orq(['db', 'get'])).code).toBe(2);
    expect((await box.orq(['db', 'creat'])).code).toBe(2);
    await box.write('orq.toml', 'defaults = 1\n[orchestrator]\ntype = "swarm"\nnamespace = "No"\nhost = 1\n');
    const settings = await box.orq(['db', 'list']);
    expect(settings).toMatchObject({ code: 2 });
    for (const place of [
      '1: the key "defaults"',
      '3: orchestrator.type',
      '4: orchestrator.namespace',
      '5: orchestrator.host',
    ])
      expect(settings.stderr).toContain(place);
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
