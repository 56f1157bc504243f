import type {
  ContainerFacts,
  Facts,
  PostgresFacts,
  RedisFacts,
  ServiceFacts,
} from '../../src/diagnose/facts.ts';
import type { ContainerDetails } from '../../src/model/observed.ts';
import { container, dependsOn, project, service, wish } from '../plan/builders.ts';

/** A shop: db and cache, and a web page that depends on both. */
const shop = project(
  service('db', { image: 'postgres:16', ports: [{ target: 5432, published: 5433, protocol: 'tcp' }] }),
  service('cache', { image: 'redis:7' }),
  service('web', {
    dependsOn: { ...dependsOn('db', 'service_started'), ...dependsOn('cache', 'service_started') },
    orq: { probe: { kind: 'http', port: 8080, path: '/' } },
  }),
);

const shopWish = wish(shop);

/** A container as the checks see it, running unless said otherwise. */
export function containerFacts(
  name: string,
  details: Partial<ContainerDetails> = {},
  lastLogs: readonly string[] = [],
): ContainerFacts {
  return {
    details: {
      ...container(shopWish, name),
      environment: {},
      command: [],
      oomKilled: false,
      restartCount: 0,
      startedAt: new Date(0),
      tty: false,
      healthLog: [],
      ...details,
    },
    lastLogs,
  };
}

/** A service of the shop that runs and answers. */
export function serviceFacts(name: string, changes: Partial<ServiceFacts> = {}): ServiceFacts {
  const found = shop.services[name];
  if (found === undefined) throw new Error(`no service ${name}`);
  return {
    service: found,
    containers: [containerFacts(name)],
    image: { present: true, id: `sha256:${found.image}` },
    heldPorts: [],
    missingBinds: [],
    volumeDisks: [],
    drift: [],
    oneShot: false,
    ...changes,
  };
}

/** Facts of a healthy shop, with what a test changes about its services. */
export function facts(
  services: Readonly<Record<string, Partial<ServiceFacts>>> = {},
  changes: Partial<Facts> = {},
): Facts {
  return {
    project: shop,
    engine: {
      answered: true,
      clockSkewMs: 0,
      info: {
        kind: 'docker',
        version: '28.0.0',
        apiVersion: '1.48',
        endpoint: 'unix:///var/run/docker.sock',
        operatingSystem: 'Debian',
        cpus: 2,
        memoryBytes: 8e9,
        dataDirectory: '/var/lib/docker',
        time: new Date(0),
      },
    },
    machine: { availableMemoryBytes: 4e9, totalMemoryBytes: 8e9 },
    services: Object.fromEntries(
      Object.keys(shop.services).map((name) => [name, serviceFacts(name, services[name])]),
    ),
    networks: ['shop_default'],
    volumes: [],
    orphans: [],
    leftovers: [],
    strangers: [],
    overlaps: [],
    ...changes,
  };
}

/** A PostgreSQL with nothing wrong. */
export function postgres(changes: Partial<Extract<PostgresFacts, { reached: true }>> = {}): PostgresFacts {
  return {
    reached: true,
    inRecovery: false,
    receiving: false,
    replayPaused: false,
    replayLagBytes: 0,
    readOnly: false,
    connections: 3,
    maxConnections: 100,
    reservedConnections: 3,
    blocked: [],
    idleInTransaction: [],
    longQueries: [],
    slots: [],
    transactionAge: 1000,
    dangerousSettings: [],
    pendingMigrations: [],
    changedMigrations: [],
    missing: [],
    unenforced: [],
    failedTables: [],
    preparedTransactions: 0,
    ...changes,
  };
}

/** A Redis with nothing wrong. */
export function redis(changes: Partial<Extract<RedisFacts, { reached: true }>> = {}): RedisFacts {
  return {
    reached: true,
    loading: false,
    role: 'master',
    usedMemory: 1e6,
    maxMemory: 0,
    evictionPolicy: 'noeviction',
    lastSaveFailed: false,
    appendFailed: false,
    stopsWritesOnSaveError: true,
    linkUp: false,
    clients: 2,
    maxClients: 10_000,
    ...changes,
  };
}
