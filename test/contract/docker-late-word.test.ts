import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectDocker } from '../../src/engine/docker/docker-engine.ts';

const ended = '2026-11-26T02:52:31.952542700Z';
const inspection = {
  Id: 'c',
  Name: '/c',
  Image: 'i',
  Created: ended,
  Path: 'sh',
  State: { Status: 'exited', ExitCode: 137, OOMKilled: false, StartedAt: ended, FinishedAt: ended, Pid: 0 },
  Config: { Image: 'i', Tty: false },
  HostConfig: { Memory: 16 << 20 },
};

/** An engine that had the kernel's word too late, which a real one has by chance only: answers recorded from Docker 20.10. */
async function lateEngine(events: { readonly status: number; readonly body: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orq-late-'));
  const server = createServer(({ url = '' }, answer) => {
    const { status, body } = url.includes('/events')
      ? events
      : { status: 200, body: JSON.stringify(url.includes('/json') ? inspection : versions) };
    answer.writeHead(status, { 'content-type': 'application/json', 'api-version': '1.41' }).end(body);
  }).listen(join(folder, 'socket'));
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return `unix://${join(folder, 'socket')}`;
}

const versions = {
  Version: '20.10.24',
  ApiVersion: '1.41',
  MinAPIVersion: '1.12',
  Os: 'linux',
  Arch: 'amd64',
};
const word = JSON.stringify({ Type: 'container', Action: 'oom', Actor: { ID: 'c' } });

test.each([
  ['its event', { status: 200, body: `${word}\n` }, true],
  ['nothing', { status: 200, body: '' }, false],
  ['no events to anybody', { status: 403, body: '{"message":"denied"}' }, false],
])('of a kill that an engine did not note, where it tells %s', async (_, events, oomKilled) => {
  const engine = await connectDocker({ environment: {}, host: await lateEngine(events) });
  onTestFinished(() => engine.close());
  expect(await engine.inspectContainer('c')).toMatchObject({ exitCode: 137, oomKilled });
});
