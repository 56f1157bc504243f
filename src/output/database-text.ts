import type { BackupResult, RestoreResult } from '../model/backup.ts';
import type { DatabaseInfo } from '../model/database.ts';
import { countText } from './backup-text.ts';
import { durationText } from './duration-text.ts';
import type { Paint } from './paint.ts';
import { sizeText } from './size-text.ts';
import { table } from './table.ts';

/** A project's database, with what connects to it on a line of its own. */
export function databaseText(
  database: DatabaseInfo,
  paint: Paint,
  { created }: { readonly created?: boolean } = {},
): string {
  const { projectId, containerName, postgresVersion, status, connectionString, host } = database;
  const made =
    created === true ? 'created' : created === false ? 'is there already, nothing changed' : status;
  const mark = status === 'running' ? paint.good('✔') : paint.warn('!');
  return [
    `${mark} ${paint.bold(projectId)} ${made} · PostgreSQL ${postgresVersion} · ${containerName}`,
    `  ${connectionString}`,
    ...replicaLines(database),
    ...(host === 'localhost'
      ? []
      : [paint.dim(`  inside the cluster; from here: orq db forward ${projectId}`)]),
  ].join('\n');
}

function replicaLines({ replica }: DatabaseInfo): readonly string[] {
  if (replica === undefined) return [];
  return [
    `  replica ${replica.containerName} ${replica.status}, port ${replica.port}; whichever takes writes:`,
    `  ${replica.connectionString}`,
  ];
}

/** All databases, a line each, without their passwords. */
export function databasesText(
  databases: readonly DatabaseInfo[],
  { paint, width }: { readonly paint: Paint; readonly width: number },
): string {
  if (databases.length === 0) return 'No project has a database. orq db create my-project makes one.';
  return table(
    databases,
    [
      { title: 'PROJECT', value: ({ projectId }) => projectId, minimum: 12 },
      {
        title: 'STATE',
        value: ({ status }) => status,
        paint: (cell, { status }) => (status === 'running' ? paint.good(cell) : paint.warn(cell)),
      },
      { title: 'POSTGRESQL', value: ({ postgresVersion }) => postgresVersion },
      { title: 'PORT', value: ({ port }) => String(port) },
      { title: 'PLACE', value: ({ placement }) => (placement === 'own' ? '' : placement) },
      { title: 'DATABASE', value: ({ database }) => database, minimum: 12 },
      { title: 'CREATED', value: ({ createdAt }) => createdAt.slice(0, 16).replace('T', ' ') },
    ],
    width,
  );
}

/** A backup of a project's database, with where it lies. */
export function databaseBackupText(backup: BackupResult & { readonly path: string }, paint: Paint): string {
  const { service, path, dumpBytes, bytes, durationMs, removed } = backup;
  return [
    `${paint.good('✔')} ${paint.bold(service)} backed up · ${countText(backup)} · ${sizeText(dumpBytes)} in ${sizeText(bytes)} · ${durationText(durationMs)}`,
    `  ${path}`,
    ...removed.map((file) => paint.dim(`  deleted ${file}: only the last ten are kept`)),
  ].join('\n');
}

/** What became of a restore: where the safety backup and the database from before are. */
export function databaseRestoreText(result: RestoreResult, paint: Paint): string {
  const { service, database, file, kept, safety, durationMs } = result;
  return [
    `${paint.good('✔')} ${paint.bold(database)} is what ${file} holds · ${countText(result)} · ${durationText(durationMs)}`,
    ...(safety === null ? [] : [`  safety backup: orq db restore ${service} ${safety} goes back`]),
    ...(kept === null ? [] : [`  the database from before is kept beside, as ${kept}`]),
  ].join('\n');
}
