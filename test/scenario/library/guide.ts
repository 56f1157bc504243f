import { expect } from 'vitest';
import { eventually } from '../embedded-sandbox.ts';
import type { World } from './world.ts';

const book = '978-0134685991';

/** The users' guide, part by part, with its own clients; each expectation is one that the guide states. */
export async function followGuide(world: World): Promise<void> {
  await partOne(world);
  await partTwo(world);
  await partThree(world);
  await partFour(world);
  await partsFiveAndSix(world);
}

async function partOne({ logs }: World): Promise<void> {
  await expect(logs('gestor_carga')).resolves.toContain(
    'Gestor listo en puertos 5555 (REQ/REP) y 5556 (PUB/SUB)',
  );
  await eventually(
    async () => (await logs('gestor_almacenamiento')).includes('Conectado a PostgreSQL (postgres_primary)'),
    'the storage manager connected',
  );
}

async function partTwo({ python, sql }: World): Promise<void> {
  await expect(sql('postgres_primary', 'SELECT isbn FROM libros ORDER BY 1')).resolves.toBe(
    ['978-0134685991', '978-0135957059', '978-0596007126', '978-1491950357'].join('\n'),
  );
  expect((await python('test_cliente.py', 'consulta', book)).stdout).toContain('"ok": true');
  expect((await python('test_cliente.py', 'prestamo', book, 'usuario_test_1')).stdout).toContain(
    '"ok": true',
  );
  const loan = "SELECT estado, renovaciones FROM prestamos WHERE usuario='usuario_test_1'";
  const copies = `SELECT ejemplares FROM libros WHERE isbn='${book}'`;
  await expect(sql('postgres_primary', loan)).resolves.toBe('ACTIVO|0');
  await expect(sql('postgres_primary', copies)).resolves.toBe('9');
  await eventually(
    async () => (await sql('postgres_replica', loan)) === 'ACTIVO|0',
    'the loan on the replica',
  );
  for (const renewals of [1, 2]) {
    await python('test_cliente.py', 'renovacion', book, 'usuario_test_1');
    await expect(sql('postgres_primary', loan)).resolves.toBe(`ACTIVO|${renewals}`);
  }
  const third = await python('test_cliente.py', 'renovacion', book, 'usuario_test_1');
  expect(third.stdout).toContain('LimiteRenovaciones');
  expect((await python('test_cliente.py', 'devolucion', book, 'usuario_test_1')).stdout).toContain(
    '"ok": true',
  );
  await expect(sql('postgres_primary', loan)).resolves.toBe('DEVUELTO|2');
  await expect(sql('postgres_primary', copies)).resolves.toBe('10');
}

async function partThree({ sql, logs }: World): Promise<void> {
  // An actor says what it has done once the storage manager has told it.
  for (const actor of ['actor_prestamo', 'actor_devolucion'])
    await eventually(
      async () => (await logs(actor)).includes('usuario_test_1'),
      `${actor} tells of the user`,
    );
  const replication = 'SELECT application_name, state FROM pg_stat_replication';
  await expect(sql('postgres_primary', replication)).resolves.toBe('postgres_replica|streaming');
}

async function partFour({ python, sql }: World): Promise<void> {
  const { code, stderr } = await python('test_masivo.py');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const loans = "SELECT COUNT(*) FROM prestamos WHERE usuario LIKE 'usuario_carga_%'";
  await expect(sql('postgres_primary', loans)).resolves.toBe('10');
  await eventually(async () => (await sql('postgres_replica', loans)) === '10', 'the loans on the replica');
}

async function partsFiveAndSix({ checkout, engine, python, sql, logs }: World): Promise<void> {
  const counts = 'SELECT (SELECT COUNT(*) FROM libros), (SELECT COUNT(*) FROM prestamos)';
  const before = await sql('postgres_primary', counts);
  await engine.stopContainer('postgres_primary', {});
  const failover = await checkout.orq(['failover']);
  expect(failover, failover.stderr).toMatchObject({ code: 0 });
  await expect(sql('postgres_replica', 'SELECT pg_is_in_recovery()')).resolves.toBe('f');
  await expect(sql('postgres_replica', counts)).resolves.toBe(before);
  await expect(logs('gestor_almacenamiento')).resolves.toContain(
    'FAILOVER: Cambiando de postgres_primary a postgres_standby',
  );
  const loan = await python('test_cliente.py', 'prestamo', '978-0596007126', 'usuario_post_failover');
  expect(loan.stdout).toContain('"ok": true');
  const made = "SELECT estado FROM prestamos WHERE usuario='usuario_post_failover'";
  await expect(sql('postgres_replica', made)).resolves.toBe('ACTIVO');
}
