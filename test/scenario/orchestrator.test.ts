import { cp, symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { expect } from 'vitest';
import { type Sandbox, test } from './sandbox.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Ports {
  readonly postgres: number;
  readonly env: Readonly<Record<string, string>>;
}

async function copyProfile(box: Sandbox): Promise<Ports> {
  for (const part of ['compose', 'database', 'orq.toml']) {
    await cp(`${root}${part}`, box.path(part), { recursive: true });
  }
  await symlink(`${root}dist`, box.path('dist'));
  const [postgres, redis, adminer] = [await box.freePort(), await box.freePort(), await box.freePort()];
  const [api, ui] = [await box.freePort(), await box.freePort()];
  const env = {
    ORCHESTRATOR_POSTGRES_PORT: String(postgres),
    ORCHESTRATOR_REDIS_PORT: String(redis),
    ORCHESTRATOR_ADMINER_PORT: String(adminer),
    ORCHESTRATOR_API_PORT: String(api),
    ORCHESTRATOR_UI_PORT: String(ui),
  };
  return { postgres, env };
}

async function query(port: number, sql: string): Promise<readonly object[]> {
  const client = new Client({
    host: 'localhost',
    port,
    user: 'postgres',
    password: 'postgres',
    database: 'orchestrator',
  });
  await client.connect();
  try {
    return (await client.query<object>(sql)).rows;
  } finally {
    await client.end();
  }
}

const tables = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'
  AND table_name IN ('users', 'images', 'containers', 'billings') ORDER BY 1`;
const sample = `SELECT username, email, i.name || ':' || tag AS image, i.cpu_limit, i.memory_limit, c.name AS container,
  c.status, c.port, amount
  FROM users u JOIN images i ON i.user_id = u.id JOIN containers c ON c.image_id = i.id
  JOIN billings b ON b.user_id = u.id`;
const sampleRow = {
  username: 'testuser',
  email: 'test@example.com',
  image: 'nginx:alpine',
  cpu_limit: '0.5',
  memory_limit: '512m',
  container: 'test-nginx',
  status: 'running',
  port: 8080,
  amount: 15.5,
};

// One test, because the names of the profile's containers are fixed: two of them would be in each other's way.
test('the orchestrator profile comes up with its tables and sample rows, and keeps what is written until --volumes', async ({
  box,
}) => {
  const { postgres, env } = await copyProfile(box);
  try {
    const up = await box.orq(['up'], { env });
    expect(up, up.stderr).toMatchObject({ code: 0 });
    expect(up.stdout).toContain(`postgresql://postgres@localhost:${postgres}/orchestrator`);
    expect(up.stdout).toContain(`http://localhost:${env['ORCHESTRATOR_ADMINER_PORT']}`);
    expect(up.stdout).toContain(`http://localhost:${env['ORCHESTRATOR_UI_PORT']}`);
    const names = Object.values(await box.containers()).map(({ name }) => name);
    expect(names.sort()).toEqual([
      'nvidia-adminer-orchestrator',
      'nvidia-api-orchestrator',
      'nvidia-postgres-orchestrator',
      'nvidia-redis-orchestrator',
      'nvidia-ui-orchestrator',
    ]);
    expect((await query(postgres, tables)).length).toBe(4);
    expect(await query(postgres, sample)).toEqual([sampleRow]);

    await query(postgres, "UPDATE users SET email = 'changed@example.com'");
    expect(await box.orq(['up', 'orchestrator', '--json'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"changed":false'),
    });
    expect(await box.orq(['down'], { env })).toMatchObject({ code: 0 });
    expect(await box.orq(['up'], { env })).toMatchObject({ code: 0 });
    expect(await query(postgres, sample)).toEqual([{ ...sampleRow, email: 'changed@example.com' }]);

    expect(await box.orq(['down', '--volumes'], { env })).toMatchObject({ code: 0 });
    expect(await box.inventory()).toEqual([]);
    expect(await box.orq(['up'], { env })).toMatchObject({ code: 0 });
    expect(await query(postgres, sample)).toEqual([sampleRow]);
  } finally {
    await box.orq(['down', '--volumes'], { env });
  }
});
