import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect } from 'vitest';
import { type Document, processesIn, test } from './embedded-sandbox.ts';
import { freePort } from './free-port.ts';

const states = (document: Document) =>
  Object.fromEntries(
    (document.environments?.[0]?.services ?? []).map(({ service, health, detail }) => [
      service,
      [health, detail],
    ]),
  );
const healthy = {
  postgres: ['healthy', 'healthy'],
  redis: ['healthy', 'healthy'],
  adminer: ['none', 'not on this engine'],
};

describe('life without containers', () => {
  test('a fresh checkout comes up healthy with its tables and rows, and a second up changes nothing', async ({
    checkout,
  }) => {
    const first = await checkout.json(['up']);
    expect(states(first)).toEqual(healthy);
    expect(first.environments?.[0]).toMatchObject({ engine: 'embedded', changed: true });
    expect(Number(await checkout.sql('select count(*) from images'))).toBeGreaterThan(0);
    const second = await checkout.json(['up']);
    expect(second.environments?.[0]).toMatchObject({ engine: 'embedded', changed: false });
    // What runs decides, without being told again.
    const status = await checkout.json(['status'], { ORQ_ENGINE: undefined });
    expect(states(status)).toEqual(healthy);
  });

  test('every command answers, with the ports of the file inside and the published ones outside', async ({
    checkout,
  }) => {
    const { ORCHESTRATOR_POSTGRES_PORT: port } = checkout.env;
    expect(await checkout.orq(['up'])).toMatchObject({ code: 0 });
    expect((await checkout.orq(['env'])).stdout).toContain(`POSTGRES_PORT=${port}`);
    expect((await checkout.orq(['exec', 'redis', 'redis-cli', 'ping'])).stdout).toBe('PONG\n');
    expect((await checkout.orq(['exec', 'redis', 'redis-cli', '-p', '6379', 'ping'])).stdout).toBe('PONG\n');
    const ready = await checkout.orq(['exec', 'postgres', 'pg_isready', '-h', '127.0.0.1', '-p', '5432']);
    expect(ready).toMatchObject({ code: 0 });
    const ours = resolve(import.meta.dirname, '../../dist/pg-isready.js');
    const ask = (asked: string): string | null =>
      spawnSync(process.execPath, [ours, '-h', '127.0.0.1', '-p', asked], { encoding: 'utf8' }).stdout;
    expect(ask(port ?? '')).toBe(`127.0.0.1:${port} - accepting connections\n`);
    expect(ask(String(await freePort()))).toContain('no response');
    expect((await checkout.orq(['exec', 'postgres', 'sh', '-c', 'exit 7'])).code).toBe(7);
    const logs = await checkout.orq(['logs', 'postgres']);
    expect(logs.stderr).toContain('ready to accept connections');
    expect((await checkout.orq(['up', '--plan'])).code).toBe(0);
    expect(await checkout.json(['up', 'adminer'])).toMatchObject({ error: { code: 'ENGINE_UNSUPPORTED' } });
  });

  test('only what changed is made anew', async ({ checkout }) => {
    await checkout.orq(['up']);
    const [postgres, redis] = [await checkout.record('postgres'), await checkout.record('redis')];
    const changes = { ORCHESTRATOR_REDIS_PORT: String(await freePort()) };
    expect(await checkout.orq(['up', '--plan'], changes)).toMatchObject({ code: 3 });
    expect(states(await checkout.json(['up'], changes))).toEqual(healthy);
    expect((await checkout.record('postgres')).status.process).toEqual(postgres.status.process);
    expect((await checkout.record('redis')).id).not.toBe(redis.id);
  });

  test('data survives a restart and a down, and goes with --volumes', async ({ checkout }) => {
    await checkout.orq(['up']);
    await checkout.sql("create table kept as select 'here' as word");
    await checkout.orq(['exec', 'redis', 'redis-cli', 'set', 'kept', 'here']);
    expect(await checkout.orq(['restart'])).toMatchObject({ code: 0 });
    expect(await checkout.sql('select word from kept')).toBe('here');
    expect(await checkout.orq(['down'])).toMatchObject({ code: 0 });
    expect(processesIn(checkout.directory)).toEqual([]);
    expect(await checkout.orq(['up'])).toMatchObject({ code: 0 });
    expect(await checkout.sql('select word from kept')).toBe('here');
    expect((await checkout.orq(['exec', 'redis', 'redis-cli', 'get', 'kept'])).stdout).toBe('here\n');
    expect(await checkout.orq(['down', '--volumes'])).toMatchObject({ code: 0 });
    expect(await checkout.orq(['up'])).toMatchObject({ code: 0 });
    expect(await checkout.sql("select to_regclass('kept') is null")).toBe('t');
  });

  test('initialisation scripts run once, before anybody can connect', async ({ checkout }) => {
    const file = join(checkout.directory, 'compose/orchestrator/compose.yaml');
    const text = await readFile(file, 'utf8');
    const mount = '- postgres_data:/var/lib/postgresql/data';
    await writeFile(file, text.replace(mount, `${mount}\n      - ./init:/docker-entrypoint-initdb.d`));
    const folder = join(checkout.directory, 'compose/orchestrator/init');
    await mkdir(folder);
    await writeFile(join(folder, '1.sql'), 'create table made (word text);');
    await writeFile(
      join(folder, '2.sh'),
      'psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "insert into made values (\'by shell\')"',
    );
    expect(await checkout.orq(['up'])).toMatchObject({ code: 0 });
    expect(await checkout.sql('select word from made')).toBe('by shell');
    await checkout.orq(['restart', 'postgres']);
    expect(await checkout.sql('select count(*) from made')).toBe('1');
  });

  test('a service of our own runs as a process that knows where the others are', async ({ checkout }) => {
    const script = `require('http').createServer((_, r) => r.end(process.env.DB)).listen(process.env.LISTEN)`;
    const file = join(checkout.directory, 'compose/orchestrator/compose.yaml');
    const service = `
  own:
    image: node:22
    ports: ['${await freePort()}:8080']
    depends_on: { postgres: { condition: service_healthy } }
    x-orq:
      probe: { kind: http, port: 8080, path: / }
      embedded:
        kind: process
        command: [node, -e, ${JSON.stringify(script)}]
        environment: { LISTEN: '{{listen:8080}}', DB: '{{host:postgres}}:{{port:postgres:5432}}' }
`;
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('\nvolumes:\n', `${service}\nvolumes:\n`));
    const up = await checkout.json(['up']);
    const own = up.environments?.[0]?.services.find(({ service: name }) => name === 'own');
    expect(own).toMatchObject({ ready: true });
    const published = own?.ports[0]?.split('→')[0];
    const answer = await fetch(`http://127.0.0.1:${published}/`);
    expect(await answer.text()).toBe(`127.0.0.1:${checkout.env['ORCHESTRATOR_POSTGRES_PORT']}`);
    expect((await checkout.json(['up'])).environments?.[0]?.changed).toBe(false);
  });
});
