import type { DatabaseInfo } from '../model/database.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';

/** A project's database, with what connects to it on a line of its own. */
export function databaseText(
  database: DatabaseInfo,
  paint: Paint,
  { created }: { readonly created?: boolean } = {},
): string {
  const { projectId, containerName, postgresVersion, status, connectionString } = database;
  const made =
    created === true ? 'created' : created === false ? 'is there already, nothing changed' : status;
  const mark = status === 'running' ? paint.good('✔') : paint.warn('!');
  return [
    `${mark} ${paint.bold(projectId)} ${made} · PostgreSQL ${postgresVersion} · ${containerName}`,
    `  ${connectionString}`,
  ].join('\n');
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
      { title: 'DATABASE', value: ({ database }) => database, minimum: 12 },
      { title: 'CREATED', value: ({ createdAt }) => createdAt.slice(0, 16).replace('T', ' ') },
    ],
    width,
  );
}
