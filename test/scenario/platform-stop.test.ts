import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { promisify } from 'node:util';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from './embedded-sandbox.ts';
import {
  adminToken,
  hangingEngine,
  type ServiceProcess,
  startApi,
  startPages,
  stopsWhileStarting,
} from './platform/service-process.ts';

let folder: string;
let api: ServiceProcess;
let pages: ServiceProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orq-stop-'));
});
afterEach(async () => {
  for (const service of [api, pages]) service?.child.kill('SIGKILL');
  await api.ended;
  await rm(folder, { recursive: true, force: true });
});

test('told to stop while it still starts, the API stops', async () => {
  api = await startApi(join(folder, 'none.sock'), stopsWhileStarting);
  expect(await api.ended, api.output()).toBe(0);
});

test('told to stop, API and pages leave open event streams and a hanging engine at once', async () => {
  const engine = await hangingEngine(join(folder, 'engine.sock'));
  try {
    api = await startApi(join(folder, 'engine.sock'));
    await eventually(() => isUp(api), 'an API that answers');
    const headers = { authorization: `Bearer ${adminToken()}` };
    pages = await startPages(api.address);
    const { address, child, ended } = pages;
    await eventually(() => isUp({ address }), 'pages that answer');
    const stream = await fetch(`${api.address}/events`, { headers });
    const handedOn = await fetch(`${address}/api/events`, { headers });
    expect([stream.status, handedOn.status]).toEqual([200, 200]);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    const waiting = fetch(`${api.address}/environment/databases`, { headers }).catch(() => undefined);
    await eventually(() => isAsked(engine), 'an engine that is asked');
    api.child.kill('SIGTERM');
    // It says so, and ends with 1, when something had to be left hanging.
    expect(await api.ended, api.output()).toBe(0);
    await Promise.all([waiting, ...[stream, handedOn].map((one) => one.text().catch(() => undefined))]);
  } finally {
    engine.close();
  }
});

async function isAsked(engine: Server): Promise<boolean> {
  return (await promisify(engine.getConnections.bind(engine))()) > 0;
}

function isUp({ address }: Pick<ServiceProcess, 'address'>): Promise<boolean> {
  return fetch(`${address}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}
