import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect } from 'vitest';
import { sharedSandbox, test } from '../sandbox.ts';
import { containerOf, diagnosis, expectCause, migrations, shell, sql, stackUp } from './stack.ts';

const data = '/var/lib/postgresql/data';
const stack = sharedSandbox(stackUp);

/** Does something to the running stack, looks, and takes it back, also when what was seen is wrong. */
async function during(
  fault: () => Promise<unknown>,
  look: () => Promise<unknown>,
  undo: () => Promise<unknown>,
): Promise<void> {
  try {
    await fault();
    await look();
  } finally {
    await undo();
  }
}

describe('a healthy stack', () => {
  test('has no finding and exits 0', async () => {
    expect(await diagnosis(stack())).toMatchObject({
      code: 0,
      findings: [],
      summary: { healthy: 3, total: 3, operational: true },
    });
  });

  test('in the shape of the older program, key for key', async () => {
    const { stdout } = await stack().orq(['diagnose', '--format', 'vnm', '--json']);
    const document = JSON.parse(stdout);
    expect(Object.keys(document)).toEqual([
      'timestamp',
      'modo',
      'docker_compose_file',
      'servicios',
      'resumen',
    ]);
    expect(document.modo).toBe('debug');
    expect(document.docker_compose_file).toBe('compose.yaml');
    expect(Object.keys(document.servicios.db)).toEqual([
      'contenedor',
      'estado',
      'puerto',
      'conectividad',
      'detalles',
    ]);
    expect(document.resumen).toEqual({
      servicios_saludables: 3,
      servicios_ejecutando: 3,
      total_servicios: 3,
      entorno_operativo: true,
    });
  });
});

interface DatabaseFault {
  readonly name: string;
  readonly fault: string;
  readonly undo: string;
  /** Where both are run, when not in the database itself. */
  readonly database?: string;
  readonly id: string;
  /** What the first finding also says. */
  readonly says?: string;
}

const databaseFaults: readonly DatabaseFault[] = [
  {
    name: 'a database that is gone',
    database: 'postgres',
    fault: 'ALTER DATABASE shop RENAME TO elsewhere',
    undo: 'ALTER DATABASE elsewhere RENAME TO shop',
    id: 'POSTGRES_DATABASE_MISSING',
  },
  {
    name: 'a database that accepts no connections',
    database: 'postgres',
    fault: 'ALTER DATABASE shop ALLOW_CONNECTIONS false',
    undo: 'ALTER DATABASE shop ALLOW_CONNECTIONS true',
    id: 'POSTGRES_DATABASE_CLOSED',
  },
  {
    name: 'a table that was dropped',
    fault: 'DROP TABLE orders',
    undo: 'CREATE TABLE orders (id serial PRIMARY KEY, customer_id int NOT NULL REFERENCES customers (id))',
    id: 'POSTGRES_TABLE_MISSING',
    says: 'table orders',
  },
  {
    name: 'a constraint that was dropped',
    fault: 'ALTER TABLE customers DROP CONSTRAINT customers_email_key',
    undo: 'ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email)',
    id: 'POSTGRES_SCHEMA_CHANGED',
    says: 'UNIQUE (email)',
  },
  {
    name: 'a foreign key whose triggers are off',
    fault: 'ALTER TABLE orders DISABLE TRIGGER ALL',
    undo: 'ALTER TABLE orders ENABLE TRIGGER ALL',
    id: 'POSTGRES_CONSTRAINT_OFF',
  },
  {
    name: 'a trigger that makes writing fail',
    fault: `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''frozen''; END'; CREATE TRIGGER frozen BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION refuse()`,
    undo: 'DROP FUNCTION refuse CASCADE',
    id: 'POSTGRES_TABLE_FAILS',
    says: 'frozen',
  },
  {
    name: 'a replication slot that nobody reads',
    fault: `SELECT pg_create_physical_replication_slot('gone', true)`,
    undo: `SELECT pg_drop_replication_slot('gone')`,
    id: 'POSTGRES_SLOT_INACTIVE',
  },
];

describe('PostgreSQL: diagnose names', () => {
  test.for(databaseFaults)('$name', async ({ fault, undo, database = 'shop', id, says = '' }) => {
    const box = stack();
    await during(
      () => sql(box, fault, { database }),
      async () => expect(JSON.stringify((await expectCause(box, id, 'db')).findings[0])).toContain(says),
      () => sql(box, undo, { database }),
    );
  });

  test('a password that was changed in the files only', async () => {
    const box = stack();
    const text = await box.read('compose.yaml');
    await during(
      () => box.compose(text.replace('POSTGRES_PASSWORD: secret', 'POSTGRES_PASSWORD: other')),
      () => expectCause(box, 'POSTGRES_PASSWORD', 'db'),
      () => box.compose(text),
    );
  });

  test('a role that may not log in', async () => {
    const box = stack();
    await during(
      () => sql(box, 'CREATE ROLE other SUPERUSER LOGIN; ALTER ROLE postgres NOLOGIN'),
      () => expectCause(box, 'POSTGRES_ACCESS', 'db'),
      () => sql(box, 'ALTER ROLE postgres LOGIN', { role: 'other' }),
    );
  });

  test('a pg_hba.conf without a rule for us', async () => {
    const box = stack();
    await during(
      async () => {
        await shell(box, 'db', `cp ${data}/pg_hba.conf /tmp/rules; sed -i '/^host/d' ${data}/pg_hba.conf`);
        await sql(box, 'SELECT pg_reload_conf()');
      },
      () => expectCause(box, 'POSTGRES_ACCESS', 'db'),
      async () => {
        await shell(box, 'db', `cat /tmp/rules > ${data}/pg_hba.conf`);
        await sql(box, 'SELECT pg_reload_conf()');
      },
    );
  });

  test('transactions that are read-only by default', async () => {
    const box = stack();
    await during(
      async () => {
        await sql(box, 'ALTER SYSTEM SET default_transaction_read_only = on');
        await sql(box, 'SELECT pg_reload_conf()');
      },
      () => expect.poll(async () => (await diagnosis(box)).findings[0]?.id).toBe('POSTGRES_READ_ONLY'),
      async () => {
        await sql(box, 'ALTER SYSTEM RESET default_transaction_read_only');
        await sql(box, 'SELECT pg_reload_conf()');
      },
    );
  });

  test('the session that others wait for', async () => {
    const box = stack();
    const session = (text: string) =>
      box.start(['exec', '-T', 'db', 'psql', '-U', 'postgres', '-d', 'shop', '-c', text]);
    const waiting = 'SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0';
    await during(
      async () => {
        session('BEGIN; LOCK TABLE orders; SELECT pg_sleep(60)');
        await expect
          .poll(() => sql(box, `SELECT count(*) FROM pg_locks WHERE relation = 'orders'::regclass`))
          .toBe('1\n');
        session('SELECT * FROM orders');
        await expect.poll(() => sql(box, waiting)).toBe('1\n');
      },
      () => expectCause(box, 'POSTGRES_BLOCKED', 'db'),
      () =>
        sql(
          box,
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shop' AND pid <> pg_backend_pid()`,
        ),
    );
  });

  test('migrations that are not applied, as a warning with a safe remedy', async () => {
    const box = stack();
    await during(
      () => box.write('sql/0002_more.sql', 'CREATE TABLE more (id int)'),
      async () => {
        const report = await expectCause(box, 'MIGRATION_PENDING', 'db');
        expect(report.findings[0]).toMatchObject({ severity: 'warning', remedy: { safe: true } });
        expect(await box.orq(['diagnose', '--strict'])).toMatchObject({ code: 1 });
      },
      () => box.run(['rm', box.path('sql/0002_more.sql')]),
    );
  });

  test('an applied migration that was edited', async () => {
    const box = stack();
    const [path] = Object.keys(migrations) as [keyof typeof migrations];
    await during(
      () => box.write(path, `${migrations[path]}\n-- edited`),
      () => expectCause(box, 'MIGRATION_CHANGED', 'db'),
      () => box.write(path, migrations[path]),
    );
  });
});

describe('Redis: diagnose names', () => {
  test('a replica of a server that is not there', async () => {
    const box = stack();
    await during(
      () => shell(box, 'cache', 'redis-cli replicaof 127.0.0.1 7777'),
      () => expectCause(box, 'REDIS_READ_ONLY_REPLICA', 'cache'),
      () => shell(box, 'cache', 'redis-cli replicaof no one'),
    );
  });
});

describe('containers: diagnose names', () => {
  test.for([
    { service: 'db', id: 'POSTGRES_HANGS' },
    { service: 'cache', id: 'REDIS_HANGS' },
  ])('a server that hangs: $service', async ({ service, id }) => {
    const box = stack();
    const container = await containerOf(box, service);
    await during(
      () => box.engine.killContainer(container.id, 'SIGSTOP'),
      () => expectCause(box, id, service),
      () => box.engine.killContainer(container.id, 'SIGCONT'),
    );
  });

  test('a stopped database, not the pages that fail because of it', async () => {
    const box = stack();
    const { id } = await containerOf(box, 'db');
    await during(
      () => box.engine.stopContainer(id, {}),
      () => expectCause(box, 'SERVICE_STOPPED', 'db'),
      () => box.orq(['up']),
    );
  });

  test('a killed service', async () => {
    const box = stack();
    const { id } = await containerOf(box, 'cache');
    await during(
      () => box.engine.killContainer(id, 'SIGKILL'),
      () => expectCause(box, 'SERVICE_STOPPED', 'cache'),
      () => box.engine.startContainer(id),
    );
  });

  test('a paused service', async () => {
    const box = stack();
    const { name } = await containerOf(box, 'db');
    await during(
      () => box.run(['docker', 'pause', name]),
      () => expectCause(box, 'SERVICE_PAUSED', 'db'),
      () => box.run(['docker', 'unpause', name]),
    );
  });

  test('a configuration that changed since the container was made', async () => {
    const box = stack();
    const text = await box.read('compose.yaml');
    await during(
      () => box.compose(text.replace('init: true', 'init: true\n    environment: { COLOUR: red }')),
      async () => {
        const report = await expectCause(box, 'CONFIG_DRIFT', 'web');
        expect(report.changedSinceHealthy).toEqual(['web: environment.COLOUR added']);
      },
      () => box.compose(text),
    );
  });

  test('the process that holds a port', async () => {
    const box = stack();
    const { id } = await containerOf(box, 'cache');
    const port = (await box.containers())['cache-1']?.ports[0]?.published;
    await box.engine.stopContainer(id, {});
    const holder = createServer();
    await during(
      () => once(holder.listen(port, '127.0.0.1'), 'listening'),
      async () => {
        const report = await expectCause(box, 'PORT_HELD', 'cache');
        expect(report.findings[0]?.title).toContain(`pid ${process.pid}`);
      },
      async () => {
        await new Promise((resolve) => holder.close(resolve));
        await box.engine.startContainer(id);
      },
    );
  });

  test('a lock whose holder is gone', async () => {
    const box = stack();
    const lock = { pid: 1, command: 'orq up', since: '2026-01-01', startToken: 'gone' };
    await during(
      () => box.write('.orq/lock', JSON.stringify(lock)),
      () => expectCause(box, 'LOCK_STALE'),
      () => box.run(['rm', box.path('.orq/lock')]),
    );
  });

  test('a container that was cut off its network', async () => {
    const box = stack();
    const { name } = await containerOf(box, 'cache');
    const network = `${box.project}_default`;
    await during(
      () => box.run(['docker', 'network', 'disconnect', network, name]),
      () => expectCause(box, 'NETWORK_DETACHED', 'cache'),
      () => box.run(['docker', 'network', 'connect', '--alias', 'cache', network, name]),
    );
  });
});
