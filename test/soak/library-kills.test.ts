import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openClient } from '../../src/services/library/library-client.ts';
import { eventually } from '../scenario/embedded-sandbox.ts';
import { withLibrary, type World } from '../scenario/library/world.ts';
import { seededRandom } from './seeded-random.ts';

const clients = 50;
const kills = Number(process.env['ORQ_SOAK_KILLS'] ?? 100);
const seed = Number(process.env['ORQ_SOAK_SEED'] ?? 1);
/** Longest that a client may wait for one answer, tries included, milliseconds. */
const patienceMs = 60_000;

const services = [
  'gestor_carga',
  'gestor_almacenamiento',
  'actor_prestamo',
  'actor_devolucion',
  'actor_renovacion',
  'postgres_primary',
  'postgres_replica',
] as const;
const books = ['978-0134685991', '978-0135957059', '978-0596007126', '978-1491950357'] as const;

interface Acknowledged {
  readonly id: string;
  readonly operacion: string;
  readonly isbn: string;
}

describe.each(['embedded', 'docker'] as const)('the library on %s', (kind) => {
  test(`${kills} kills under ${clients} clients: what was answered is there, once`, async () => {
    await withLibrary(kind, async (world) => {
      const stop = new AbortController();
      const working = Array.from({ length: clients }, (_, number) => work(world, number, stop.signal));
      const random = seededRandom(seed);
      const blows: string[] = [];
      for (let round = 1; round <= kills; round += 1) blows.push(await strike(world, random));
      await settle(world.checkout);
      stop.abort();
      const results = await Promise.all(working);
      await audit(
        world,
        results.flatMap(({ done }) => done),
      );
      expect(blows).toContain('failover');
      console.log(
        `${results.flatMap(({ done }) => done).length} operations answered ok, ${blows.filter((blow) => blow === 'failover').length} failovers, slowest answer ${Math.round(Math.max(...results.map(({ slowestMs }) => slowestMs)))} ms`,
      );
      expect(Math.max(...results.map(({ slowestMs }) => slowestMs))).toBeLessThan(patienceMs);
    });
  });
});

/** One client: loans, returns and renewals under ids of its own, each tried until it is answered. */
async function work(
  { address }: World,
  number: number,
  until: AbortSignal,
): Promise<{ readonly done: readonly Acknowledged[]; readonly slowestMs: number }> {
  const random = seededRandom(seed * 1000 + number);
  const client = openClient({ address, timeoutMs: 3000, tries: 15 });
  const done: Acknowledged[] = [];
  let slowestMs = 0;
  for (let count = 0; !until.aborted; count += 1) {
    const operacion = ['prestamo', 'devolucion', 'renovacion'][Math.floor(random() * 3)] ?? '';
    const isbn = books[Math.floor(random() * books.length)] ?? '';
    const id = `${number}-${count}`;
    const from = performance.now();
    const answer = await client.ask({ operacion, isbn, usuario: `cliente_${number}`, id });
    slowestMs = Math.max(slowestMs, performance.now() - from);
    if (answer.ok) done.push({ id, operacion, isbn });
  }
  client.close();
  return { done, slowestMs };
}

/** Kills a service without warning and brings it back; a primary is sometimes replaced instead. */
async function strike({ engine, checkout }: World, random: () => number): Promise<string> {
  const service = services[Math.floor(random() * services.length)] ?? 'gestor_carga';
  await engine.killContainer(service, 'SIGKILL');
  await delay(random() * 800);
  const isDatabase = service.startsWith('postgres');
  if (isDatabase && random() < 0.6) {
    const { code } = await checkout.orq(['failover']);
    if (code === 0) {
      const back = await checkout.orq(['rejoin']);
      if (back.code === 0) return 'failover';
      throw new Error(`rejoin after a failover: ${back.stderr}`);
    }
  }
  await engine.startContainer(service);
  if (isDatabase && random() < 0.5) await settle(checkout);
  return service;
}

/** Until every server is in its place again. */
async function settle(checkout: World['checkout']): Promise<void> {
  await eventually(async () => {
    const status = await checkout.orq(['replication', 'status']);
    return status.code === 0;
  }, 'primary and replica in step');
}

/** What was answered ok is in the database, done once; the copies add up; nothing is left behind. */
async function audit({ sql }: World, done: readonly Acknowledged[]): Promise<void> {
  const server =
    (await sql('postgres_primary', 'SELECT pg_is_in_recovery()')) === 'f'
      ? 'postgres_primary'
      : 'postgres_replica';
  await eventually(
    async () => (await sql(server, "SELECT count(*) FROM operaciones WHERE estado = 'aceptada'")) === '0',
    'all that was accepted was applied',
  );
  const recorded = new Map(
    (await sql(server, "SELECT id || '|' || operacion || '|' || isbn || '|' || estado FROM operaciones"))
      .split('\n')
      .map((row) => [row.slice(0, row.indexOf('|')), row] as const),
  );
  const missing = done.filter(
    ({ id, operacion, isbn }) => recorded.get(id) !== `${id}|${operacion}|${isbn}|aplicada`,
  );
  expect(missing).toEqual([]);
  expect(done.length).toBeGreaterThan(kills);
  await expect(sql(server, 'SELECT count(*) FROM operaciones WHERE estado = $$muerta$$')).resolves.toBe('0');
  await expect(
    sql(
      server,
      "SELECT count(*) - (SELECT count(*) FROM operaciones WHERE operacion = 'prestamo') FROM prestamos",
    ),
  ).resolves.toBe('0');
  await expect(
    sql(
      server,
      "SELECT sum(ejemplares) + (SELECT count(*) FROM prestamos WHERE estado = 'ACTIVO') FROM libros",
    ),
  ).resolves.toBe('40');
  await expect(sql(server, 'SELECT max(renovaciones) <= 2 FROM prestamos')).resolves.toBe('t');
  await expect(
    sql(
      server,
      "SELECT sum(renovaciones) = (SELECT count(*) FROM operaciones WHERE operacion = 'renovacion') FROM prestamos",
    ),
  ).resolves.toBe('t');
}
