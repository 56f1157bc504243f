import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectDocker } from '../../src/engine/docker/docker-engine.ts';
import { findEndpoint } from '../../src/engine/docker/find-endpoint.ts';
import { openBench } from './setup.ts';
import { Sink } from './streams.ts';

const image = process.env['ORQ_IMAGE_SERVICE'] ?? 'node:22-slim';

async function engineSocket(): Promise<string> {
  const endpoint = await findEndpoint({ environment: process.env });
  if (endpoint.kind !== 'unix') throw new Error('this test needs an engine behind a Unix socket');
  return endpoint.path;
}

/** Connects, and runs a command in a container: plain answers, streams and an upgraded connection. */
async function useEngine(host: string): Promise<string> {
  const engine = await connectDocker({ environment: process.env, host });
  const bench = openBench(engine, image);
  try {
    const id = await bench.run('sleep 100');
    const stdout = new Sink();
    await engine.exec(id, { command: ['echo', 'hello'], stdout });
    return stdout.text;
  } finally {
    await bench.cleanUp();
    engine.close();
  }
}

describe('endpoints', () => {
  it('works over TCP', async () => {
    const socket = await engineSocket();
    const proxy = createServer({ allowHalfOpen: true }, (client) => {
      const server = connect({ path: socket, allowHalfOpen: true });
      client.pipe(server).pipe(client);
      client.on('error', () => server.destroy());
      server.on('error', () => client.destroy());
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void proxy.close());
    await once(proxy, 'listening');
    const address = proxy.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    expect(await useEngine(`tcp://127.0.0.1:${port}`)).toBe('hello\n');
  });

  it('works through the ssh program', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orq-test-'));
    const path = process.env['PATH'];
    onTestFinished(() => {
      process.env['PATH'] = path;
      return rm(folder, { recursive: true, force: true });
    });
    // Stands for ssh and the docker program on the other side.
    const script = `const s = require('node:net').connect({ path: ${JSON.stringify(await engineSocket())}, allowHalfOpen: true });
      process.stdin.pipe(s).pipe(process.stdout); s.on('end', () => process.exit(0));`;
    await writeFile(join(folder, 'ssh.cjs'), script);
    await writeFile(
      join(folder, 'ssh'),
      `#!/bin/sh\nexec '${process.execPath}' '${join(folder, 'ssh.cjs')}'\n`,
    );
    await chmod(join(folder, 'ssh'), 0o755);
    process.env['PATH'] = `${folder}:${path}`;
    expect(await useEngine('ssh://me@far')).toBe('hello\n');
  });

  it('says what ssh said when it fails', async () => {
    const connecting = connectDocker({ environment: process.env, host: 'ssh://nobody@127.0.0.1:1' });
    await expect(connecting).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });

  it('names the socket on which nothing answers', async () => {
    const connecting = connectDocker({ environment: process.env, host: 'unix:///no/such.sock' });
    await expect(connecting).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('/no/such.sock'),
    });
  });
});
