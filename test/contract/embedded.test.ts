import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { memoryLimit } from '../../src/engine/embedded/supervisor/memory-limit.ts';
import { connectEmbedded } from '../../src/engine/embedded/embedded-engine.ts';
import { engineContract } from './engine-contract.ts';

const folder = await mkdtemp(join(tmpdir(), 'orq-contract-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const probe = memoryLimit('probe', 1 << 30);
probe?.remove();
const mayLimit = probe !== undefined;

engineContract({
  name: 'embedded',
  connect: () => connectEmbedded({ stateDirectory: folder, environment: process.env, cwd: folder }),
  image: 'orq/process',
  // Plain processes share this machine's network and file system, and a terminal is only handed on. Memory is limited
  // by control groups, which only root may make, and not where they are read-only.
  exceptions: ['networks', 'volumes', 'exec-tty', ...(mayLimit ? [] : (['resource-limits'] as const))],
});
