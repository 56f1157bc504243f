import { describe, expect, test } from 'vitest';
import type { Facts, ServiceFacts } from '../../src/diagnose/facts.ts';
import { findCauses } from '../../src/diagnose/find-causes.ts';
import { OrqError } from '../../src/model/errors.ts';
import { containerFacts, facts, postgres, redis, serviceFacts } from './facts.ts';

const refused = (sqlState: string, message = 'refused') => ({
  postgres: { reached: false as const, sqlState, message },
});
const db = serviceFacts('db').service;
const limited = { ...db, resources: { memoryBytes: 1e8 } };
const replica = { ...db, orq: { replicaOf: 'primary' } };
const replicated = { ...db, orq: { replicatedBy: ['cache'] } };
const session = { pid: 7, application: 'app', seconds: 90, query: 'UPDATE orders' };
const ended = (exitCode: number, logs: readonly string[] = [], more = {}) => ({
  containers: [containerFacts('db', { state: 'exited', exitCode, ...more }, logs)],
});

const notFound = (log: string) => ({
  containers: [containerFacts('web', { state: 'exited', exitCode: 1 }, [log])],
});

/** Service → changed facts, and the finding that must come first. */
const serviceCases: readonly (readonly [string, Readonly<Record<string, Partial<ServiceFacts>>>])[] = [
  ['SERVICE_MISSING:db', { db: { containers: [] } }],
  ['IMAGE_MISSING:db', { db: { containers: [], image: { present: false } } }],
  ['IMAGE_CHANGED:db', { db: { image: { present: true, id: 'sha256:other' } } }],
  ['CONFIG_DRIFT:db', { db: { drift: [{ field: 'command', before: 'a', after: 'b' }] } }],
  [
    'PORT_HELD:db',
    {
      db: {
        containers: [],
        heldPorts: [
          {
            mapping: { target: 5432, published: 5433, protocol: 'tcp' },
            holder: 'process nc (pid 3)',
            command: 'kill 3',
          },
        ],
      },
    },
  ],
  [
    'BIND_MISSING:db',
    {
      db: {
        missingBinds: [
          { kind: 'bind', source: '/gone', target: '/x', readOnly: false, createHostPath: false },
        ],
      },
    },
  ],
  ['NETWORK_DETACHED:db', { db: { containers: [containerFacts('db', { networks: {} })] } }],
  ['CONTAINER_NAME_TAKEN:db', { db: { containers: [], nameHolder: { name: 'shop-db-1' } } }],
  ['VOLUME_FULL:db', { db: { volumeDisks: [{ path: '/data', freeBytes: 0, totalBytes: 1e8 }] } }],
  ['IMAGE_ARCHITECTURE:db', { db: ended(1, ['exec /bin/server: exec format error']) }],
  [
    'IMAGE_ARCHITECTURE:db',
    { db: { containers: [containerFacts('db', { state: 'created', error: 'exec format error' })] } },
  ],
  ['HOST_UNKNOWN:web', { web: notFound('getaddrinfo ENOTFOUND databse') }],
  ['HOST_UNKNOWN:web', { web: notFound('could not translate host name "databse" to address') }],
  ['DEPENDENCY_UNREACHABLE:web', { web: notFound('getaddrinfo ENOTFOUND db') }],
  [
    'HTTP_DEGRADED:web',
    {
      web: {
        http: { answered: true, status: 200, durationMs: 1, body: '{"status":"ok","database":"down"}' },
      },
    },
  ],
  [
    'SERVICE_STARTING:web',
    {
      web: {
        containers: [{ ...containerFacts('web'), aliveMs: 1000 }],
        http: { answered: false, message: 'connect ECONNREFUSED' },
      },
    },
  ],
  ['SERVICE_PAUSED:db', { db: { containers: [containerFacts('db', { state: 'paused' })] } }],
  ['SERVICE_NOT_STARTED:db', { db: { containers: [containerFacts('db', { state: 'created' })] } }],
  [
    'START_FAILED:db',
    { db: { containers: [containerFacts('db', { state: 'created', error: 'no such device' })] } },
  ],
  ['SERVICE_OOM:db', { db: ended(137, [], { oomKilled: true }) }],
  [
    'SERVICE_OOM:db',
    { db: { service: limited, ...ended(137, [], { state: 'restarting', restartCount: 3 }) } },
  ],
  ['SERVICE_CRASH_LOOP:db', { db: { service: limited, ...ended(137, [], { restartCount: 9 }) } }],
  ['SERVICE_STOPPED:db', { db: { service: limited, ...ended(137) } }],
  ['SERVICE_STOPPED:db', { db: ended(0) }],
  ['SERVICE_STOPPED:db', { db: ended(143) }],
  ['SERVICE_CRASHED:db', { db: ended(1, ['it broke']) }],
  ['SERVICE_CRASH_LOOP:db', { db: ended(1, [], { state: 'restarting', restartCount: 5 }) }],
  [
    'SERVICE_CRASH_LOOP:db',
    { db: { containers: [{ ...containerFacts('db', { restartCount: 5, exitCode: 1 }), aliveMs: 1000 }] } },
  ],
  ['COMMAND_NOT_FOUND:db', { db: ended(127) }],
  ['COMMAND_NOT_EXECUTABLE:db', { db: ended(126) }],
  [
    'DATA_DIR_VERSION:db',
    {
      db: ended(1, [
        'DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 16.4 (Debian 16.4-1).',
      ]),
    },
  ],
  [
    'DATA_HALF_INITIALISED:db',
    { db: ended(2, ['could not open file "global/pg_control": No such file or directory']) },
  ],
  ['DATA_CORRUPT:db', { db: ended(1, ['PANIC:  could not locate a valid checkpoint record']) }],
  ['DISK_FULL:db', { db: ended(1, ['could not write: No space left on device']) }],
  [
    'STORAGE_PERMISSION:db',
    { db: ended(1, ['data directory "/var/lib/postgresql/data" has wrong ownership']) },
  ],
  [
    'SERVER_SETTING_INVALID:db',
    { db: ended(1, ['FATAL:  unrecognized configuration parameter "shared_bufers"']) },
  ],
  [
    'POSTGRES_PASSWORD_UNSET:db',
    { db: ended(1, ['Error: Database is uninitialized and superuser password is not specified.']) },
  ],
  ['MODULE_MISSING:db', { db: ended(1, [`Error: Cannot find module 'express'`]) }],
  ['ENVIRONMENT_MISSING:db', { db: ended(1, ['Error: DATABASE_URL is required']) }],
  ['ADDRESS_IN_USE:db', { db: ended(1, ['Error: listen EADDRINUSE: address already in use :::8080']) }],
  [
    'MEMORY_NEAR_LIMIT:db',
    {
      db: {
        service: limited,
        containers: [{ ...containerFacts('db'), memoryShare: 0.97 }],
      },
    },
  ],
  [
    'HEALTHCHECK_FAILING:db',
    {
      db: {
        containers: [
          containerFacts('db', {
            health: 'unhealthy',
            healthLog: [{ exitCode: 1, output: 'no', at: new Date(0) }],
          }),
        ],
      },
    },
  ],
  [
    'HEALTHCHECK_BROKEN:db',
    {
      db: {
        containers: [
          containerFacts('db', {
            health: 'unhealthy',
            healthLog: [{ exitCode: 127, output: 'sh: curl: not found', at: new Date(0) }],
          }),
        ],
      },
    },
  ],
  [
    'HEALTHCHECK_BROKEN:db',
    {
      db: {
        probe: { ok: true, detail: 'answers', durationMs: 1 },
        containers: [containerFacts('db', { health: 'unhealthy' })],
      },
    },
  ],
  ['POSTGRES_PASSWORD:db', { db: refused('28P01') }],
  ['POSTGRES_ACCESS:db', { db: refused('28000') }],
  ['POSTGRES_DATABASE_MISSING:db', { db: refused('3D000') }],
  ['POSTGRES_DATABASE_CLOSED:db', { db: refused('55000') }],
  ['POSTGRES_CONNECTIONS_FULL:db', { db: refused('53300') }],
  ['POSTGRES_STARTING:db', { db: refused('57P03') }],
  ['POSTGRES_HANGS:db', { db: { postgres: { reached: false, message: 'timeout expired' } } }],
  ['POSTGRES_UNREACHABLE:db', { db: refused('ECONNREFUSED') }],
  ['POSTGRES_IN_RECOVERY:db', { db: { postgres: postgres({ inRecovery: true }) } }],
  ['REPLICA_DETACHED:db', { db: { service: replica, postgres: postgres({ inRecovery: true }) } }],
  [
    'REPLICA_PAUSED:db',
    {
      db: { service: replica, postgres: postgres({ inRecovery: true, receiving: true, replayPaused: true }) },
    },
  ],
  [
    'REPLICA_LAGGING:db',
    {
      db: {
        service: replica,
        postgres: postgres({ inRecovery: true, receiving: true, replayLagBytes: 2e8 }),
      },
    },
  ],
  [
    'PRIMARY_MISSING:db',
    { db: { service: replicated, postgres: postgres({ inRecovery: true, receiving: true }) } },
  ],
  [
    'REPLICA_PROMOTED:db',
    {
      db: { service: { ...replica, orq: { replicaOf: 'cache' } }, postgres: postgres() },
      cache: { postgres: postgres() },
    },
  ],
  ['POSTGRES_READ_ONLY:db', { db: { postgres: postgres({ readOnly: true }) } }],
  ['POSTGRES_CONNECTIONS_FULL:db', { db: { postgres: postgres({ connections: 97 }) } }],
  ['POSTGRES_CONNECTIONS_HIGH:db', { db: { postgres: postgres({ connections: 90 }) } }],
  [
    'POSTGRES_BLOCKED:db',
    {
      db: {
        postgres: postgres({
          blocked: [{ ...session, blockedBy: 9 }],
          idleInTransaction: [{ ...session, pid: 9 }],
        }),
      },
    },
  ],
  ['POSTGRES_IDLE_IN_TRANSACTION:db', { db: { postgres: postgres({ idleInTransaction: [session] }) } }],
  ['POSTGRES_LONG_QUERY:db', { db: { postgres: postgres({ longQueries: [session] }) } }],
  [
    'POSTGRES_SLOT_INACTIVE:db',
    { db: { postgres: postgres({ slots: [{ name: 's', active: false, retainedBytes: 2e9 }] }) } },
  ],
  ['POSTGRES_WRAPAROUND:db', { db: { postgres: postgres({ transactionAge: 1.9e9 }) } }],
  ['POSTGRES_PREPARED:db', { db: { postgres: postgres({ preparedTransactions: 1 }) } }],
  [
    'POSTGRES_SETTING:db',
    { db: { postgres: postgres({ dangerousSettings: [{ name: 'fsync', value: 'off' }] }) } },
  ],
  ['MIGRATION_PENDING:db', { db: { postgres: postgres({ pendingMigrations: ['0002_b.sql'] }) } }],
  ['MIGRATION_CHANGED:db', { db: { postgres: postgres({ changedMigrations: ['0001_a.sql'] }) } }],
  ['POSTGRES_TABLE_MISSING:db', { db: { postgres: postgres({ missing: ['table users'] }) } }],
  [
    'POSTGRES_SCHEMA_CHANGED:db',
    { db: { postgres: postgres({ missing: ['UNIQUE (email) of table users'] }) } },
  ],
  [
    'POSTGRES_CONSTRAINT_OFF:db',
    { db: { postgres: postgres({ unenforced: ['FOREIGN KEY (a) of table b'] }) } },
  ],
  [
    'POSTGRES_TABLE_FAILS:db',
    { db: { postgres: postgres({ failedTables: [{ table: 'users', message: 'frozen' }] }) } },
  ],
  [
    'REDIS_PASSWORD:cache',
    { cache: { redis: { reached: false, message: 'NOAUTH Authentication required.' } } },
  ],
  [
    'REDIS_CLIENTS_FULL:cache',
    { cache: { redis: { reached: false, message: 'ERR max number of clients reached' } } },
  ],
  ['REDIS_HANGS:cache', { cache: { redis: { reached: false, message: 'Command timed out' } } }],
  ['REDIS_UNREACHABLE:cache', { cache: { redis: { reached: false, message: 'connect ECONNREFUSED' } } }],
  ['REDIS_LOADING:cache', { cache: { redis: redis({ loading: true }) } }],
  ['REDIS_MEMORY_FULL:cache', { cache: { redis: redis({ usedMemory: 100, maxMemory: 100 }) } }],
  ['REDIS_SAVE_FAILED:cache', { cache: { redis: redis({ lastSaveFailed: true }) } }],
  ['REDIS_APPEND_FAILED:cache', { cache: { redis: redis({ appendFailed: true }) } }],
  ['REDIS_READ_ONLY_REPLICA:cache', { cache: { redis: redis({ role: 'slave' }) } }],
  ['REDIS_CLIENTS_FULL:cache', { cache: { redis: redis({ clients: 9800 }) } }],
  ['HTTP_ERROR:web', { web: { http: { answered: true, status: 503, durationMs: 5, body: '' } } }],
  ['HTTP_UNREACHABLE:web', { web: { http: { answered: false, message: 'socket hang up' } } }],
  ['HTTP_HANGS:web', { web: { http: { answered: false, message: 'no answer within 4 s' } } }],
  ['HTTP_SLOW:web', { web: { http: { answered: true, status: 200, durationMs: 3000, body: '' } } }],
  ['PROBE_FAILING:web', { web: { probe: { ok: false, detail: 'hangs up', durationMs: 1 } } }],
];

const worldCases: readonly (readonly [string, Partial<Facts>])[] = [
  [
    'ENGINE_UNREACHABLE',
    {
      engine: { answered: false, error: new OrqError({ code: 'ENGINE_UNREACHABLE', message: 'no' }) },
      services: {},
    },
  ],
  ['ENGINE_CLOCK', { engine: { ...answering(), clockSkewMs: -60_000 } }],
  ['ENGINE_DISK', { engine: { ...answering(), disk: { path: '/d', freeBytes: 1e6, totalBytes: 1e11 } } }],
  [
    'PROJECT_DISK',
    { machine: { ...facts().machine, disk: { path: '/p', freeBytes: 5e8, totalBytes: 1e11 } } },
  ],
  ['MACHINE_MEMORY', { machine: { availableMemoryBytes: 1e8, totalMemoryBytes: 8e9 } }],
  ['LOCK_STALE', { deadLock: { pid: 3, command: 'orq up', since: '2026-01-01' } }],
  ['REPLACEMENT_INTERRUPTED', { leftovers: ['shop-db-1.orq-replaced'] }],
  ['ORPHAN', { orphans: ['shop-old-1'] }],
  ['NETWORK_MISSING:db', { networks: [] }],
  ['PROJECT_NAME_SHARED', { strangers: [{ name: 'shop-db-1', folder: '/other' }] }],
  [
    'NETWORK_OVERLAP',
    {
      overlaps: [{ name: 'shop_default', subnet: '10.1.0.0/24', other: 'old', otherSubnet: '10.1.0.0/16' }],
    },
  ],
  [
    'MIGRATION_FAILED:db',
    {
      lastFailure: { subject: 'db', code: 'MIGRATION_FAILED', message: 'syntax error' },
      services: {
        ...facts().services,
        db: serviceFacts('db', { postgres: postgres({ pendingMigrations: ['2.sql'] }) }),
      },
    },
  ],
];

function answering() {
  const { engine } = facts();
  if (!engine.answered) throw new Error('the healthy engine answers');
  return engine;
}

function first(found: ReturnType<typeof findCauses>): string | undefined {
  const [finding] = found;
  return finding === undefined
    ? undefined
    : [finding.id, finding.service].filter((part) => part !== undefined).join(':');
}

test('a healthy shop has no findings', () => {
  const healthy = facts({
    db: { postgres: postgres() },
    cache: { redis: redis() },
    web: { http: { answered: true, status: 200, durationMs: 3, body: 'ok' } },
  });
  expect(findCauses(healthy)).toEqual([]);
});

describe('facts about a service', () => {
  test.each(serviceCases)('%s', (expected, changes) => {
    const found = findCauses(facts(changes));
    expect(first(found), JSON.stringify(found, null, 1)).toBe(expected);
    expect(found[0]?.remedy.command).not.toBe('');
  });
});

describe('facts about the world', () => {
  test.each(worldCases)('%s', (expected, changes) => {
    expect(first(findCauses(facts({}, changes)))).toBe(expected);
  });
});

describe('a cause comes before its consequences', () => {
  test('a stopped database explains the page that answers 500', () => {
    const found = findCauses(
      facts({ db: ended(0), web: { http: { answered: true, status: 500, durationMs: 1, body: '' } } }),
    );
    expect(found.map(({ id }) => id)).toEqual(['SERVICE_STOPPED', 'HTTP_ERROR']);
    expect(found[1]?.explainedBy).toEqual(['SERVICE_STOPPED:db']);
  });

  test('a page that crashes with nothing else wrong is its own cause', () => {
    const web = {
      containers: [containerFacts('web', { state: 'exited', exitCode: 1 }, ['connect ECONNREFUSED'])],
    };
    expect(first(findCauses(facts({ web })))).toBe('DEPENDENCY_UNREACHABLE:web');
  });

  test('a crash because of a stopped database is explained by it', () => {
    const web = {
      containers: [containerFacts('web', { state: 'exited', exitCode: 1 }, ['connect ECONNREFUSED'])],
    };
    const found = findCauses(facts({ db: ended(0), web }));
    expect(found.map(({ id, explainedBy }) => [id, explainedBy])).toEqual([
      ['SERVICE_STOPPED', []],
      ['DEPENDENCY_UNREACHABLE', ['SERVICE_STOPPED:db']],
    ]);
  });

  test('a held port explains the container that could not start', () => {
    const heldPorts = [
      { mapping: { target: 1, published: 2, protocol: 'tcp' as const }, holder: 'x', command: 'y' },
    ];
    expect(first(findCauses(facts({ db: { ...ended(1), heldPorts } })))).toBe('PORT_HELD:db');
  });

  test('errors come before warnings', () => {
    const found = findCauses(
      facts({
        db: { postgres: postgres({ dangerousSettings: [{ name: 'fsync', value: 'off' }] }) },
        cache: { redis: redis({ loading: true }) },
      }),
    );
    expect(found.map(({ severity }) => severity)).toEqual(['error', 'warning']);
  });
});
