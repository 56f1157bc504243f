import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ownerFilter } from '../auth/access.ts';
import { only, type Query } from '../database/database.ts';
import { listQuery, pageOf, readPage } from '../database/list-query.ts';
import { updateRow } from '../database/update-row.ts';
import type { Platform } from '../platform.ts';
import type { ApiServer } from '../server/api-server.ts';
import { byHand, startInstance } from '../workloads/start-instance.ts';
import { imageChange, imageSchema, imageSource, newImage, type ImageRow } from './image-rows.ts';
import { containerSchema } from './container-rows.ts';
import { readContainer } from './read-container.ts';
import { idParams, ifMatch, versionOf, withVersion } from './row-version.ts';

const query = listQuery(['id', 'name', 'tag', 'status', 'created_at'], {
  name: z.string().max(255).optional(),
  tag: z.string().max(100).optional(),
  status: z.string().max(50).optional(),
});

/** Images: one's own for a user, all for an administrator. */
export function imageRoutes(app: ApiServer, platform: Platform): void {
  const { database } = platform;
  const tags = ['images'];
  const config = { access: 'user' } as const;
  const one = { tags, params: idParams, response: { 200: imageSchema } };

  app.get(
    '/images',
    { config, schema: { tags, querystring: query, response: { 200: pageOf(imageSchema) } } },
    (request) => {
      const { page, pageSize, sort, ...filters } = request.query;
      const mine = { ...filters, user_id: ownerFilter(request) };
      return readPage<ImageRow>(database, imageSource, { page, pageSize, sort, filters: mine });
    },
  );

  app.get('/images/:id', { config, schema: one }, async (request, reply) =>
    withVersion(reply, await ownImage(database, request, request.params.id)),
  );

  app.post(
    '/images',
    { config, schema: { tags, body: newImage, response: { 201: imageSchema } } },
    async (request, reply) => {
      const { body } = request;
      const [row] = await database.query<{ id: number }>(
        `INSERT INTO images (name, tag, min_instances, max_instances, cpu_limit, memory_limit, status, port, command,
           environment, user_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
        [
          body.name,
          body.tag,
          body.min_instances,
          body.max_instances,
          body.cpu_limit,
          body.memory_limit,
          body.status,
          body.port,
          body.command,
          JSON.stringify(body.environment),
          request.user.sub,
        ],
      );
      void reply.code(201);
      return withVersion(reply, await ownImage(database, request, row?.id ?? 0));
    },
  );

  app.patch(
    '/images/:id',
    { config, schema: { ...one, headers: ifMatch, body: imageChange } },
    async (request, reply) => {
      const { id } = await ownImage(database, request, request.params.id);
      const { environment, ...rest } = request.body;
      const values = { ...rest, environment: environment && JSON.stringify(environment) };
      await updateRow(database, { table: 'images', id, version: versionOf(request), values });
      return withVersion(reply, await ownImage(database, request, id));
    },
  );

  app.delete(
    '/images/:id',
    { config, schema: { tags, params: idParams, response: { 204: z.null() } } },
    async (request, reply) => {
      const { id } = await ownImage(database, request, request.params.id);
      await database.query('DELETE FROM images WHERE id = $1', [id]);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/images/:id/containers',
    { config, schema: { tags, params: idParams, response: { 201: containerSchema } } },
    async (request, reply) => {
      const image = await ownImage(database, request, request.params.id);
      const id = await startInstance(platform, image, byHand);
      void reply.code(201);
      return readContainer(platform, request, id);
    },
  );
}

/** An image that the request may see. Throws RESOURCE_NOT_FOUND, also for what others own. */
async function ownImage(query: Query, request: FastifyRequest, id: number): Promise<ImageRow> {
  const owner = ownerFilter(request) ?? null;
  const rows = await query.query<ImageRow>(
    `SELECT ${imageSource.columns} ${imageSource.from} WHERE i.id = $1 AND ($2::int IS NULL OR i.user_id = $2)`,
    [id, owner],
  );
  return only(rows, 'image');
}
