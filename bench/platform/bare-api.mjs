// The peer of the API: Fastify and pg with the same queries and nothing else: no sessions, no checks, no logs.
import Fastify from 'fastify';
import { Pool } from 'pg';

const columns = `i.id, i.name, i.tag, i.min_instances, i.max_instances, i.cpu_limit, i.memory_limit, i.status, i.port, i.command,
  i.environment, i.scaling, i.version, i.user_id,
  to_char(i.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at,
  (SELECT count(*)::int FROM containers c WHERE c.image_id = i.id AND c.managed) AS instances`;
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const app = Fastify();

app.get('/images', async () => {
  const [items, counts] = await Promise.all([
    pool.query(
      `SELECT ${columns} FROM images i ORDER BY i.created_at DESC, i.id DESC LIMIT $1 OFFSET $2`,
      [20, 0],
    ),
    pool.query('SELECT count(*)::int AS total FROM images i'),
  ]);
  return { items: items.rows, total: counts.rows[0].total, page: 1, pageSize: 20 };
});

app.post('/images', async ({ body }, reply) => {
  const { rows } = await pool.query(
    `INSERT INTO images (name, tag, min_instances, max_instances, cpu_limit, memory_limit, status, port, command,
       environment, user_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
    [body.name, 'latest', 0, 1, '0.5', '512m', 'active', null, [], '{}', 1],
  );
  const made = await pool.query(`SELECT ${columns} FROM images i WHERE i.id = $1`, [rows[0].id]);
  reply.code(201);
  return made.rows[0];
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
