import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../src/engine/docker/docker-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { type Bench, openBench } from './setup.ts';

const image = process.env['ORQ_IMAGE_SERVICE'] ?? 'node:22-slim';
const echo = `require('net').createServer({ allowHalfOpen: false }, (s) => s.on('error', () => {}).pipe(s)).listen(7000, '127.0.0.1', () => console.log('up'))`;
const greeting = `require('net').createServer((s) => s.end('hi')).listen(7001, '127.0.0.1')`;

describe('the way into a container through the engine', () => {
  let engine: Engine;
  let bench: Bench;
  let id: string;
  let address: { readonly host: string; readonly port: number };

  const dial = async (port: number): Promise<Socket> => {
    const container = await engine.inspectContainer(id);
    address = (await engine.forward?.(container, port)) ?? { host: '', port: 0 };
    const socket = createConnection(address);
    await once(socket, 'connect');
    return socket;
  };

  beforeAll(async () => {
    engine = await connectDocker({ environment: process.env });
    bench = openBench(engine, image);
    id = await bench.run(`node -e "${greeting}; ${echo}"`);
    for await (const { text } of engine.logs(id, { follow: true })) if (text === 'up') break;
  });
  afterAll(async () => {
    await bench.cleanUp();
    engine.close();
  });

  it('carries bytes both ways to a port that nothing publishes', async () => {
    const bytes = Buffer.alloc(3_000_000, 'orq');
    const socket = await dial(7000);
    const back: Buffer[] = [];
    let length = 0;
    const all = new Promise<void>((resolve) =>
      socket.on('data', (data: Buffer) => {
        back.push(data);
        length += data.length;
        if (length === bytes.length) resolve();
      }),
    );
    socket.write(bytes);
    await all;
    expect(Buffer.concat(back).equals(bytes)).toBe(true);
    socket.destroy();
  });

  it('ends when the server hangs up, and leaves no carrier behind when the client does', async () => {
    expect(String(await buffer(await dial(7001)))).toBe('hi');
    const open = await dial(7000);
    await expect.poll(carriers, { timeout: 10_000 }).toBeGreaterThan(0);
    open.destroy();
    await expect.poll(carriers, { timeout: 10_000 }).toBe(0);
  });

  it('leaves the sessions of a PostgreSQL alone when one of them ends', async () => {
    const servers = openBench(engine, process.env['ORQ_IMAGE_POSTGRES'] ?? 'postgres:17');
    try {
      const server = await servers.run(
        'exec env POSTGRES_HOST_AUTH_METHOD=trust docker-entrypoint.sh postgres',
        { host: {} },
      );
      const ready = 'ready to accept connections';
      let times = 0;
      // The first time it is the server that sets the data up.
      for await (const { text } of engine.logs(server, { follow: true }))
        if (text.includes(ready) && (times += 1) === 2) break;
      const way = await engine.forward?.(await engine.inspectContainer(server), 5432);
      const session = async (): Promise<Client> => {
        const client = new Client({ ...way, user: 'postgres' });
        await client.connect();
        return client;
      };
      const kept = await session();
      kept.on('error', () => undefined);
      for (let round = 0; round < 10; round += 1) await (await session()).end();
      expect((await kept.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      await kept.end();
    } finally {
      await servers.cleanUp();
    }
  });

  it('does not lead into a container that does not run', async () => {
    const stopped = await engine.createContainer(bench.spec());
    expect(await engine.forward?.(await engine.inspectContainer(stopped), 1)).toBeUndefined();
  });

  /** Processes in the container whose name is that of the carrier's. */
  function carriers(): Promise<number> {
    return engine.exec(id, {
      command: ['sh', '-c', 'exit $(grep -lsx "cat\\|bash" /proc/[0-9]*/comm | wc -l)'],
    });
  }
});
