import { z } from 'zod';
import { OrqError } from '../../../model/errors.ts';
import { hashPassword } from '../auth/passwords.ts';
import type { SessionStore } from '../auth/session-store.ts';
import { only, type Query } from '../database/database.ts';
import { listQuery, pageOf, readPage } from '../database/list-query.ts';
import { updateRow } from '../database/update-row.ts';
import type { Platform } from '../platform.ts';
import type { ApiServer } from '../server/api-server.ts';
import { idParams, ifMatch, versionOf, withVersion } from './row-version.ts';
import { newUser, userChange, userSchema, userSource, type UserRow } from './user-rows.ts';

const query = listQuery(['id', 'username', 'email', 'created_at'], {
  username: z.string().max(255).optional(),
  email: z.string().max(255).optional(),
  role: z.enum(['admin', 'user']).optional(),
});

/** Users; all of it is for administrators. */
export function userRoutes(app: ApiServer, { database, sessions }: Platform): void {
  const tags = ['users'];
  const one = { tags, params: idParams, response: { 200: userSchema } };

  app.get(
    '/users',
    { schema: { tags, querystring: query, response: { 200: pageOf(userSchema) } } },
    (request) => {
      const { page, pageSize, sort, ...filters } = request.query;
      return readPage<UserRow>(database, userSource, { page, pageSize, sort, filters });
    },
  );

  app.get('/users/:id', { schema: one }, async ({ params }, reply) =>
    withVersion(reply, await readUser(database, params.id)),
  );

  app.post(
    '/users',
    { schema: { tags, body: newUser, response: { 201: userSchema } } },
    async ({ body }, reply) => {
      const { username, email, password, role } = body;
      const [row] = await database.query<{ id: number }>(
        'INSERT INTO users (username, email, password, role) VALUES ($1, $2, $3, $4) RETURNING id',
        [username, email, await hashPassword(password), role],
      );
      void reply.code(201);
      return withVersion(reply, await readUser(database, row?.id ?? 0));
    },
  );

  app.patch(
    '/users/:id',
    { schema: { ...one, headers: ifMatch, body: userChange } },
    async (request, reply) => {
      const { id } = request.params;
      const { password, ...values } = request.body;
      await mustAnswer(sessions);
      const hashed = password === undefined ? undefined : await hashPassword(password);
      await updateRow(database, {
        table: 'users',
        id,
        version: versionOf(request),
        values: { ...values, password: hashed },
      });
      // What somebody may do has changed: their sessions end.
      await sessions.revokeUser(id);
      return withVersion(reply, await readUser(database, id));
    },
  );

  app.delete(
    '/users/:id',
    { schema: { tags, params: idParams, response: { 204: z.null() } } },
    async ({ params }, reply) => {
      await mustAnswer(sessions);
      only(await database.query('DELETE FROM users WHERE id = $1 RETURNING id', [params.id]), 'user');
      await sessions.revokeUser(params.id);
      return reply.code(204).send(null);
    },
  );
}

/** Nobody is changed while their sessions cannot be ended. Throws SESSIONS_UNAVAILABLE. */
async function mustAnswer(sessions: SessionStore): Promise<void> {
  const problem = await sessions.check();
  if (problem !== undefined) throw new OrqError({ code: 'SESSIONS_UNAVAILABLE', message: problem });
}

async function readUser(query: Query, id: number): Promise<UserRow> {
  const rows = await query.query<UserRow>(`SELECT ${userSource.columns} FROM users WHERE id = $1`, [id]);
  return only(rows, 'user');
}
