import { setTimeout as delay } from 'node:timers/promises';
import { firstAccounts } from './auth/first-accounts.ts';
import { buildApp } from './build-app.ts';
import type { Platform } from './platform.ts';
import { readSettings } from './settings.ts';
import { stopSignal } from './stopping.ts';
import { watchWorkloads } from './workloads/watch-workloads.ts';

/** Milliseconds for what is being answered when the API is to stop. */
const graceMs = 8000;

async function main(): Promise<void> {
  const signal = stopSignal();
  const settings = readSettings(process.env);
  const { app, platform } = await buildApp(settings, signal);
  await app.listen({ host: settings.HOST, port: settings.PORT });
  const work = Promise.all([whenDatabaseIsThere(platform), watchWorkloads(platform)]);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  // Whatever still hangs then, an engine's answer say, is not worth a kill.
  setTimeout(() => process.exit(0), graceMs).unref();
  await Promise.all([app.close(), work]);
}

/** The first accounts wait for a database that is slower than the API. */
async function whenDatabaseIsThere({ database, settings, signal, log }: Platform): Promise<void> {
  while (!signal.aborted) {
    try {
      return await firstAccounts(database, settings);
    } catch (error) {
      log.warn({ err: error }, 'the first accounts have to wait');
      await delay(1000, undefined, { signal }).catch(() => undefined);
    }
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
