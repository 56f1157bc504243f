import { z } from 'zod';
import type { DatabaseInfo } from '../../../model/database.ts';
import { createDatabase } from '../../../operations/db/create-database.ts';
import type { DatabasesContext } from '../../../operations/db/db-context.ts';
import { deleteDatabase } from '../../../operations/db/delete-database.ts';
import { listDatabases } from '../../../operations/db/find-databases.ts';
import type { Platform } from '../platform.ts';
import type { ApiServer } from '../server/api-server.ts';
import { operate } from './profiles.ts';
import { databaseSchema } from './report-schemas.ts';

const workMs = 120_000;
const projectId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is no id of a project');
const newDatabase = z.object({
  projectId,
  postgresVersion: z
    .string()
    .regex(/^\d{2}(\.\d+)?(-[a-z0-9.]+)?$/)
    .optional(),
  memory: z
    .string()
    .regex(/^[1-9]\d{0,5}[mg]$/)
    .optional(),
  cpus: z
    .string()
    .regex(/^\d{1,2}(\.\d{1,3})?$/)
    .optional(),
});

/** Databases of projects, as `orq db` makes them. For administrators. */
export function databaseRoutes(app: ApiServer, platform: Platform): void {
  const tags = ['databases'];
  const list = z.object({ databases: z.array(databaseSchema) });

  app.get('/environment/databases', { schema: { tags, response: { 200: list } } }, async () => {
    const found = await inDatabases(platform, listDatabases);
    return { databases: found.map(withoutPassword) };
  });

  app.post(
    '/environment/databases',
    { schema: { tags, body: newDatabase, response: { 201: databaseSchema } } },
    async ({ body }, reply) => {
      const { projectId: id, ...given } = body;
      const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const { database } = await inDatabases(platform, (context) => createDatabase(context, id, options));
      return reply.code(201).send(withoutPassword(database));
    },
  );

  app.delete(
    '/environment/databases/:projectId',
    { schema: { tags, params: z.object({ projectId }), response: { 204: z.null() } } },
    async ({ params }, reply) => {
      await inDatabases(platform, (context) => deleteDatabase(context, params.projectId));
      return reply.code(204).send(null);
    },
  );
}

function inDatabases<Result>(
  { databases, log, settings, signal }: Platform,
  work: (context: DatabasesContext) => Promise<Result>,
): Promise<Result> {
  const { ORQ_DATABASES: stateDirectory } = settings;
  return operate({ door: databases, log, signal }, workMs, (context) =>
    work({ ...context, stateDirectory, environment: process.env }),
  );
}

function withoutPassword(info: DatabaseInfo): z.infer<typeof databaseSchema> {
  const { password: _password, connectionString: _url, containerId: _id, ...rest } = info;
  return rest;
}
