import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { eventually } from './embedded-sandbox.ts';
import { followGuide } from './library/guide.ts';
import { ask, keepLending, missAnActor, raceForCopies, sendJunk } from './library/hostile.ts';
import { withLibrary, type World } from './library/world.ts';

describe('the library in containers', () => {
  test('does what the guide says, loses nothing, never has two primaries', async () => {
    await withLibrary('docker', async (world) => {
      await sendJunk(world);
      await followGuide(world);
      await returnOfTheOldPrimary(world);
      await cutOffPrimary(world);
      await raceForCopies(world);
      await pausedReplay(world);
      await missAnActor(world);
      await replicaAway(world);
      expect(await world.checkout.orq(['replication', 'status'])).toMatchObject({ code: 0 });
    });
  }, 480_000);
});

/** Started by hand, behind the back of orq: it must not take writes. */
async function returnOfTheOldPrimary({ checkout, engine, sql }: World): Promise<void> {
  await engine.startContainer('postgres_primary');
  await eventually(
    async () => (await sql('postgres_primary', 'SELECT pg_is_in_recovery()')) === 't',
    'the old primary as a replica',
  );
  await expect(sql('postgres_primary', 'CREATE TABLE forbidden ()')).resolves.toContain('read-only');
  expect(await checkout.orq(['rejoin'])).toMatchObject({ code: 0 });
  expect(await checkout.orq(['replication', 'status'])).toMatchObject({ code: 0 });
  const up = await checkout.orq(['up', 'library']);
  expect(up, up.stderr).toMatchObject({ code: 0 });
}

/** The primary loses its network and does not know; clients go on asking; the other takes over; the cut heals. */
async function cutOffPrimary({ address, checkout, sql }: World): Promise<void> {
  const network = 'library_default';
  const stop = new AbortController();
  const lending = keepLending(address, stop.signal);
  execFileSync('docker', ['network', 'disconnect', network, 'postgres_replica']);
  const failover = await checkout.orq(['failover']);
  expect(failover, failover.stderr).toMatchObject({ code: 0 });
  execFileSync('docker', ['network', 'connect', network, 'postgres_replica']);
  expect(await checkout.orq(['rejoin', 'postgres_replica'])).toMatchObject({ code: 0 });
  stop.abort();
  const answered = await lending;
  expect(answered.length).toBeGreaterThan(0);
  const ids = answered.map((id) => `'${id}'`).join(',');
  await expect(
    sql('postgres_primary', `SELECT count(*) FROM operaciones WHERE id IN (${ids})`),
  ).resolves.toBe(String(answered.length));
  await expect(sql('postgres_replica', 'SELECT pg_is_in_recovery()')).resolves.toBe('t');
}

/** Somebody paused the replay: diagnosis says so first, and a failover is refused instead of waiting for ever. */
async function pausedReplay({ checkout, sql }: World): Promise<void> {
  await sql('postgres_replica', 'SELECT pg_wal_replay_pause()');
  const { stdout } = await checkout.orq(['diagnose', 'library', '--json']);
  expect(stdout).toContain('REPLICA_PAUSED');
  await sql('postgres_replica', 'SELECT pg_wal_replay_resume()');
}

/** Without its replica the primary goes on; then nobody can take over, and orq says so and changes nothing. */
async function replicaAway({ address, checkout, engine, sql }: World): Promise<void> {
  await engine.killContainer('postgres_replica', 'SIGKILL');
  const loan = { operacion: 'prestamo', isbn: '978-0134685991', usuario: 'sola' };
  expect(await ask(address, loan)).toMatchObject({ ok: true });
  const refused = await checkout.json(['failover']);
  expect(refused.error?.code).toBe('REPLICA_UNUSABLE');
  await expect(sql('postgres_primary', 'SELECT pg_is_in_recovery()')).resolves.toBe('f');
  // What was answered while it was away is not there: without the primary it must not take over unasked.
  await engine.killContainer('postgres_primary', 'SIGKILL');
  await engine.startContainer('postgres_replica');
  await eventually(
    async () => (await sql('postgres_replica', 'SELECT pg_is_in_recovery()')) === 't',
    'the replica, alone',
  );
  expect((await checkout.json(['failover', '--yes'])).error?.code).toBe('DATA_LOSS');
  await engine.startContainer('postgres_primary');
  expect(await checkout.orq(['rejoin'])).toMatchObject({ code: 0 });
  await expect(sql('postgres_replica', "SELECT estado FROM prestamos WHERE usuario = 'sola'")).resolves.toBe(
    'ACTIVO',
  );
}
