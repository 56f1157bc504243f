import type { FastifyRequest } from 'fastify';
import { OrqError } from '../../../model/errors.ts';
import { ownerFilter } from '../auth/access.ts';
import { only } from '../database/database.ts';
import type { LiveCache } from '../live/live-cache.ts';
import type { Platform } from '../platform.ts';
import { type Container, containerSource, type ContainerRow } from './container-rows.ts';

/** A container that the request may see. Throws RESOURCE_NOT_FOUND, also for what others own. */
export async function readContainer(
  { database, live }: Platform,
  request: FastifyRequest,
  id: number,
): Promise<Container> {
  const rows = await database.query<ContainerRow>(
    `SELECT ${containerSource.columns} ${containerSource.from} WHERE c.id = $1 AND ($2::int IS NULL OR i.user_id = $2)`,
    [id, ownerFilter(request) ?? null],
  );
  const [container] = await withLive(live, [only(rows, 'container')]);
  return only(container === undefined ? [] : [container], 'container');
}

/** The same for one that the engine has, which rows of the sample data are not. */
export async function readManaged(
  platform: Platform,
  request: FastifyRequest,
  id: number,
): Promise<Container> {
  const container = await readContainer(platform, request, id);
  if (container.managed) return container;
  throw new OrqError({
    code: 'CONFLICT',
    message: `${container.name} is a sample row; the engine has no such container.`,
  });
}

/** Adds the figures of this moment. */
export async function withLive(live: LiveCache, rows: readonly ContainerRow[]): Promise<Container[]> {
  const known = new Map((await live.get(rows.map(({ id }) => id))).map((entry) => [entry.id, entry]));
  return rows.map((row) => ({ ...row, live: known.get(row.id) ?? null }));
}
