import { describe, expect } from 'vitest';
import { connectEmbedded } from '../../src/engine/embedded/embedded-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { documents } from '../../src/output/schemas/documents.ts';
import type { Running } from './run-orq.ts';
import { query } from './query.ts';
import { type Sandbox, test } from './sandbox.ts';

const rows = 'SELECT count(*)::int AS rows, pg_is_in_recovery() AS replica FROM goods';

/** The engine itself, for what orq has no command for. */
function engineOf(box: Sandbox, name: 'docker' | 'embedded'): Promise<Engine> {
  if (name === 'docker') return Promise.resolve(box.engine);
  const stateDirectory = `${box.env['HOME']}/.local/share/orq/databases`;
  return connectEmbedded({ environment: box.env, stateDirectory, cwd: box.directory });
}

async function leftovers(box: Sandbox, engine: Engine): Promise<readonly string[]> {
  const [containers, volumes, networks] = await Promise.all([
    engine.listContainers({}),
    engine.listVolumes({}),
    engine.listNetworks({}),
  ]);
  const names = [...containers, ...volumes, ...networks].map(({ name }) => name);
  return names.filter((name) => name.startsWith(`sovrabase-db-${box.project}`)).sort();
}

/** Says when a container of the database gets another name, which is in the middle of adding and of removing. */
async function renamed(engine: Engine): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  for await (const event of engine.events({ labels: { 'sovrabase.managed': 'true' } }, signal))
    if (event.action === 'rename') return;
}

describe.each(['docker', 'embedded'] as const)('a replica of a database on %s', (name) => {
  const orq = (box: Sandbox, ...args: readonly string[]) => box.orq(['db', ...args, '--engine', name]);

  async function json(box: Sandbox, ...args: readonly string[]) {
    const { stdout, stderr, code } = await orq(box, ...args, '--json');
    expect(code, stderr + stdout).toBe(0);
    return JSON.parse(stdout);
  }

  /** Runs a command that is to succeed. */
  async function done(box: Sandbox, ...args: readonly string[]): Promise<void> {
    const { stdout, stderr, code } = await orq(box, ...args);
    expect(code, stderr + stdout).toBe(0);
  }

  async function withDatabase(
    box: Sandbox,
    work: (id: string, engine: Engine) => Promise<void>,
  ): Promise<void> {
    const id = `${box.project}-r`;
    const engine = await engineOf(box, name);
    try {
      // A server that is stopped keeps no port of the usual range from other tests.
      const { database } = await json(box, 'create', id, '--port', String(await box.freePort()));
      await query(database.connectionString, 'CREATE TABLE goods AS SELECT generate_series(1, 500) AS id');
      await work(id, engine);
    } finally {
      await orq(box, 'delete', id, '--yes', '--force', '--no-backup');
    }
    expect(await leftovers(box, engine)).toEqual([]);
  }

  test('follows, takes over without loss, and goes again', async ({ box }) => {
    await withDatabase(box, async (id, engine) => {
      const added = await json(box, 'replica', id);
      expect(documents['db-replica'].safeParse(added).error).toBeUndefined();
      expect(added).toMatchObject({ added: true, replication: { healthy: true } });
      const { replica } = added.database;
      const toReplica = added.database.connectionString.replace(
        `:${added.database.port}`,
        `:${replica.port}`,
      );
      expect(await query(toReplica, rows)).toEqual([{ rows: 500, replica: true }]);
      expect(await json(box, 'replica', id)).toMatchObject({ added: false });
      expect((await orq(box, 'upgrade', id, '--to', '18')).code).toBe(2);

      await engine.stopContainer(added.database.containerName, { timeoutMs: 0 });
      const refused = await orq(box, 'failover', id);
      expect(refused.stderr).toContain(`orq db failover ${id} --allow-data-loss`);
      await done(box, 'failover', id, '--allow-data-loss');
      expect((await orq(box, 'rejoin', id, '--plan')).code).toBe(3);
      await done(box, 'rejoin', id);
      await done(box, 'rejoin', id, '--plan');
      const after = (await json(box, 'get', id)).database;
      expect(after).toMatchObject({ port: replica.port, replica: { port: added.database.port } });
      await query(after.connectionString, 'INSERT INTO goods VALUES (501)');
      expect((await json(box, 'backup', id)).backup.content).toMatchObject({ kind: 'postgres' });
      expect((await orq(box, 'replica', id, '--remove')).stderr).toContain(`orq db switchover ${id}`);

      // As a machine that is switched off leaves them.
      for (const server of [after.containerName, after.replica.containerName])
        await engine.stopContainer(server, {});
      const again = (await json(box, 'create', id)).database;
      expect(again).toMatchObject({ port: after.port, status: 'running', replica: { status: 'running' } });
      expect(await query(again.connectionString, rows)).toEqual([{ rows: 501, replica: false }]);

      // Until the replica streams again there is nothing to switch to.
      await done(box, 'rejoin', id);
      await done(box, 'switchover', id);
      const { connectionString } = (await json(box, 'get', id)).database;
      expect(connectionString).toBe(added.database.connectionString);
      expect(await query(connectionString, rows)).toEqual([{ rows: 501, replica: false }]);

      expect(await json(box, 'replica', id, '--remove')).toMatchObject({ removed: true });
      expect(await leftovers(box, engine)).toEqual([`sovrabase-db-${id}`, `sovrabase-db-${id}-data`]);
      expect(await query(connectionString, rows)).toEqual([{ rows: 501, replica: false }]);
      const slots = 'SELECT count(*)::int AS slots FROM pg_replication_slots WHERE NOT active';
      expect(await query(connectionString, slots)).toEqual([{ slots: 0 }]);
    });
  });

  test('that is killed half made or half removed leaves a server that serves', async ({ box }) => {
    await withDatabase(box, async (id, engine) => {
      const add = () => json(box, 'replica', id);
      for (const { prepare, moment, args = [] } of [
        { moment: (run: Running) => run.until(/stopping/) },
        { moment: () => renamed(engine) },
        { moment: (run: Running) => run.until(/copying/) },
        { prepare: add, moment: () => renamed(engine), args: ['--remove'] },
      ]) {
        await prepare?.();
        const running = box.start(['db', 'replica', id, ...args, '--engine', name]);
        await moment(running);
        running.kill('SIGKILL');
        await running.finished;
        await json(box, 'list');
        const { database } = await json(box, 'get', id);
        expect(database).toMatchObject({ status: 'running' });
        expect(database.replica).toBeUndefined();
        expect(await query(database.connectionString, rows)).toEqual([{ rows: 500, replica: false }]);
        expect(await leftovers(box, engine)).toEqual([`sovrabase-db-${id}`, `sovrabase-db-${id}-data`]);
      }
    });
  });
});
