import { randomBytes } from 'node:crypto';
import type { ContainerSpec } from '../../engine/engine.ts';
import { databaseLabels, databasesProject } from '../../model/database.ts';
import { defined } from '../../model/defined.ts';
import { composeLabels } from '../../model/labels.ts';
import type { Resources } from '../../model/service.ts';
import { parseSize } from '../../project/quantities.ts';
import type { ProvidedImage } from './image.ts';
import { containerNameOf, databaseNameOf, volumeNameOf } from './names.ts';
import { readyFolder, startingScript } from './ready-data.ts';

const passwordBytes = 18;
const stopMs = 30_000;
/** The 64 MB that engines give are too few for parallel queries. */
const shmSizeBytes = 256 * 1024 * 1024;

/** What a container for a project's database is made of. */
export interface ContainerWish {
  readonly image: ProvidedImage;
  readonly limits: Limits;
  readonly port: number;
  readonly password: string | undefined;
  /** Volume with a data folder to copy; absent makes one from nothing. */
  readonly ready?: string | undefined;
  /** Others than those of the database that serves. */
  readonly name?: string;
  readonly volume?: string;
}

/** Memory and cores as they were asked for, '' without a limit. */
export interface Limits {
  readonly memory: string;
  readonly cpus: string;
}

/** The container of a project's database. Its password is in its environment only, which who may use the engine can read. */
export function containerSpec(id: string, wish: ContainerWish): ContainerSpec {
  const { image, limits, port, ready, name = containerNameOf(id), volume = volumeNameOf(id) } = wish;
  return {
    name,
    service: id,
    image: image.reference,
    entrypoint: ready === undefined ? null : ['/bin/sh', '-c', startingScript, 'orq'],
    command: image.command,
    environment: environmentOf(id, wish.password),
    labels: labelsOf(id, wish),
    ports: [{ target: 5432, published: port, hostIp: '127.0.0.1', protocol: 'tcp' }],
    expose: [],
    mounts: [
      { kind: 'volume', source: volume, target: '/var/lib/postgresql/data', readOnly: false },
      ...(ready === undefined
        ? []
        : [{ kind: 'volume' as const, source: ready, target: readyFolder, readOnly: true }]),
    ],
    networks: {},
    networkMode: 'bridge',
    restart: { name: 'unless-stopped' },
    resources: resourcesOf(limits),
    stopSignal: 'SIGINT',
    stopGracePeriodMs: stopMs,
    host: { shmSizeBytes },
  };
}

function environmentOf(id: string, password: string | undefined): Readonly<Record<string, string>> {
  const name = databaseNameOf(id);
  return {
    POSTGRES_USER: name,
    POSTGRES_DB: name,
    POSTGRES_PASSWORD: password ?? randomBytes(passwordBytes).toString('base64url'),
    POSTGRES_INITDB_ARGS: '--auth-host=scram-sha-256 --auth-local=scram-sha-256',
    // One place for every major: before 18 the image's folder is the volume itself, from 18 on one above it.
    PGDATA: '/var/lib/postgresql/data/pgdata',
  };
}

function labelsOf(id: string, { image, limits, port }: ContainerWish): Readonly<Record<string, string>> {
  return {
    [databaseLabels.managed]: 'true',
    [databaseLabels.projectId]: id,
    [databaseLabels.type]: 'postgres',
    [databaseLabels.version]: image.version,
    [databaseLabels.createdAt]: new Date().toISOString(),
    [databaseLabels.port]: String(port),
    [databaseLabels.memory]: limits.memory,
    [databaseLabels.cpus]: limits.cpus,
    [composeLabels.project]: databasesProject,
    [composeLabels.service]: id,
    [composeLabels.number]: '1',
    [composeLabels.oneoff]: 'False',
  };
}

function resourcesOf({ memory, cpus }: Limits): Resources {
  return defined({
    memoryBytes: memory === '' ? undefined : parseSize(memory),
    cpus: cpus === '' ? undefined : Number(cpus),
  });
}
