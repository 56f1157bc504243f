import { z } from 'zod';
import type { LogLine } from '../../../model/observed.ts';
import { ownerFilter } from '../auth/access.ts';
import { listQuery, pageOf, readPage } from '../database/list-query.ts';
import { eventStreamAnswer, streamEvents, type StreamedEvent } from '../live/event-stream.ts';
import type { Platform } from '../platform.ts';
import type { ApiServer } from '../server/api-server.ts';
import { removeInstance } from '../workloads/remove-instance.ts';
import { byHand } from '../workloads/start-instance.ts';
import { refreshContainers } from '../workloads/refresh-containers.ts';
import { containerSchema, containerSource, type ContainerRow } from './container-rows.ts';
import { readContainer, readManaged, withLive } from './read-container.ts';
import { idParams } from './row-version.ts';
import { withinTime } from '../within-time.ts';

const query = listQuery(['id', 'name', 'status', 'created_at'], {
  name: z.string().max(255).optional(),
  status: z.string().max(50).optional(),
  image_id: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
});
const logQuery = z.object({ tail: z.coerce.number().int().min(0).max(10_000).default(200) });
const line = z.object({ stream: z.enum(['stdout', 'stderr']), text: z.string(), at: z.string().nullable() });

/** Milliseconds for an engine to do what it is asked. */
const actMs = 60_000;

/** Containers of one's own images; an administrator sees all. */
export function containerRoutes(app: ApiServer, platform: Platform): void {
  const { database, live, door, signal } = platform;
  const tags = ['containers'];
  const config = { access: 'user' } as const;
  const one = { tags, params: idParams, response: { 200: containerSchema } };

  app.get(
    '/containers',
    { config, schema: { tags, querystring: query, response: { 200: pageOf(containerSchema) } } },
    async (request) => {
      const { page, pageSize, sort, ...filters } = request.query;
      const wish = { page, pageSize, sort, filters: { ...filters, user_id: ownerFilter(request) } };
      const found = await readPage<ContainerRow>(database, containerSource, wish);
      return { ...found, items: await withLive(live, found.items) };
    },
  );

  app.get('/containers/:id', { config, schema: one }, (request) =>
    readContainer(platform, request, request.params.id),
  );

  for (const act of ['start', 'stop'] as const)
    app.post(`/containers/:id/${act}`, { config, schema: one }, async (request) => {
      const { id, container_id } = await readManaged(platform, request, request.params.id);
      const engine = await door.open();
      await withinTime(signal, actMs, (within) =>
        act === 'start'
          ? engine.startContainer(container_id, within)
          : engine.stopContainer(container_id, { timeoutMs: 10_000, signal: within }),
      );
      await refreshContainers(platform, engine);
      return readContainer(platform, request, id);
    });

  app.delete(
    '/containers/:id',
    { config, schema: { tags, params: idParams, response: { 204: z.null() } } },
    async (request, reply) => {
      await removeInstance(platform, await readContainer(platform, request, request.params.id), byHand);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/containers/:id/logs',
    {
      config,
      schema: {
        tags,
        params: idParams,
        querystring: logQuery,
        response: { 200: z.object({ lines: z.array(line) }) },
      },
    },
    async (request) => {
      const { container_id } = await readManaged(platform, request, request.params.id);
      const engine = await door.open();
      const { tail } = request.query;
      const lines = await withinTime(signal, actMs, (within) =>
        readAll(engine.logs(container_id, { follow: false, tail, signal: within })),
      );
      return { lines };
    },
  );

  app.get(
    '/containers/:id/logs/stream',
    { config, schema: { tags, params: idParams, querystring: logQuery, response: eventStreamAnswer } },
    async (request, reply) => {
      const { container_id } = await readManaged(platform, request, request.params.id);
      const engine = await door.open();
      const { tail } = request.query;
      return streamEvents(
        { request, reply, platform },
        async function* (ended): AsyncGenerator<StreamedEvent> {
          for await (const logged of engine.logs(container_id, { follow: true, tail, signal: ended }))
            yield { type: 'line', data: lineOf(logged) };
        },
      );
    },
  );
}

function lineOf({ stream, text, at }: LogLine): z.infer<typeof line> {
  return { stream, text, at: at?.toISOString() ?? null };
}

async function readAll(lines: AsyncIterable<LogLine>): Promise<z.infer<typeof line>[]> {
  const all: z.infer<typeof line>[] = [];
  for await (const logged of lines) all.push(lineOf(logged));
  return all;
}
