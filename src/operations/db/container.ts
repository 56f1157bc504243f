import { randomBytes } from 'node:crypto';
import type { ContainerSpec } from '../../engine/engine.ts';
import { databaseLabels, databasesProject } from '../../model/database.ts';
import { defined } from '../../model/defined.ts';
import { composeLabels } from '../../model/labels.ts';
import type { DatabasesContext } from './db-context.ts';
import { containerNameOf, databaseNameOf, volumeNameOf } from './names.ts';
import type { CheckedOptions } from './options.ts';

const passwordBytes = 18;
const stopMs = 30_000;

/** Image of a version; `ORQ_IMAGE_POSTGRES18` and `ORQ_IMAGE_POSTGRES` stand in for the official one. */
export function imageOf({ environment }: Pick<DatabasesContext, 'environment'>, version: string): string {
  const major = /^\d+/.exec(version)?.[0] ?? '';
  return (
    environment[`ORQ_IMAGE_POSTGRES${major}`] || environment['ORQ_IMAGE_POSTGRES'] || `postgres:${version}`
  );
}

/** The container of a project's database. Its password is in its environment only, which who may use the engine can read. */
export function containerSpec(
  context: DatabasesContext,
  id: string,
  { options, port }: { readonly options: CheckedOptions; readonly port: number },
): ContainerSpec {
  const name = databaseNameOf(id);
  const { postgresVersion, memory, memoryBytes, cpus, password } = options;
  return {
    name: containerNameOf(id),
    service: id,
    image: imageOf(context, postgresVersion),
    entrypoint: null,
    command: null,
    environment: {
      POSTGRES_USER: name,
      POSTGRES_DB: name,
      POSTGRES_PASSWORD: password ?? randomBytes(passwordBytes).toString('base64url'),
      // One place for every major: before 18 the image's folder is the volume itself, from 18 on one above it.
      PGDATA: '/var/lib/postgresql/data/pgdata',
    },
    labels: {
      [databaseLabels.managed]: 'true',
      [databaseLabels.projectId]: id,
      [databaseLabels.type]: 'postgres',
      [databaseLabels.version]: postgresVersion,
      [databaseLabels.createdAt]: new Date().toISOString(),
      [databaseLabels.port]: String(port),
      [databaseLabels.memory]: memory,
      [databaseLabels.cpus]: cpus,
      [composeLabels.project]: databasesProject,
      [composeLabels.service]: id,
      [composeLabels.number]: '1',
      [composeLabels.oneoff]: 'False',
    },
    ports: [{ target: 5432, published: port, hostIp: '127.0.0.1', protocol: 'tcp' }],
    expose: [],
    mounts: [
      { kind: 'volume', source: volumeNameOf(id), target: '/var/lib/postgresql/data', readOnly: false },
    ],
    networks: {},
    networkMode: 'bridge',
    restart: { name: 'unless-stopped' },
    resources: defined({ memoryBytes, cpus: cpus === '' ? undefined : Number(cpus) }),
    stopSignal: 'SIGINT',
    stopGracePeriodMs: stopMs,
    host: {},
  };
}
