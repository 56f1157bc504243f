import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { promisify } from 'node:util';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from './embedded-sandbox.ts';
import {
  adminToken,
  type ApiProcess,
  hangingEngine,
  startApi,
  stopsWhileStarting,
} from './platform/api-process.ts';

let folder: string;
let api: ApiProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orq-stop-'));
});
afterEach(async () => {
  api.child.kill('SIGKILL');
  await api.ended;
  await rm(folder, { recursive: true, force: true });
});

test('told to stop while it still starts, the API stops', async () => {
  api = await startApi(join(folder, 'none.sock'), stopsWhileStarting);
  expect(await api.ended, api.output()).toBe(0);
});

test('told to stop, the API leaves open event streams and a hanging engine at once', async () => {
  const engine = await hangingEngine(join(folder, 'engine.sock'));
  try {
    api = await startApi(join(folder, 'engine.sock'));
    const isUp = (): Promise<boolean> =>
      fetch(`${api.address}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    await eventually(isUp, 'an API that answers');
    const headers = { authorization: `Bearer ${adminToken()}` };
    const stream = await fetch(`${api.address}/events`, { headers });
    expect(stream.status).toBe(200);
    const waiting = fetch(`${api.address}/environment/databases`, { headers }).catch(() => undefined);
    await eventually(() => isAsked(engine), 'an engine that is asked');
    api.child.kill('SIGTERM');
    // It says so, and ends with 1, when something had to be left hanging.
    expect(await api.ended, api.output()).toBe(0);
    await Promise.all([waiting, stream.text().catch(() => undefined)]);
  } finally {
    engine.close();
  }
});

async function isAsked(engine: Server): Promise<boolean> {
  return (await promisify(engine.getConnections.bind(engine))()) > 0;
}
