import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../model/errors.ts';
import { firstAccounts } from './auth/first-accounts.ts';
import { buildApp } from './build-app.ts';
import type { Platform } from './platform.ts';
import { readSettings } from './settings.ts';
import { stopSignal, whenAborted } from './stopping.ts';
import { watchWorkloads } from './workloads/watch-workloads.ts';

/** Milliseconds for what is being answered when the API is to stop. */
const graceMs = 8000;

async function main(): Promise<void> {
  const signal = stopSignal();
  const settings = readSettings(process.env);
  const { app, platform } = await buildApp(settings, signal);
  await app.listen({ host: settings.HOST, port: settings.PORT });
  const work = Promise.all([whenDatabaseIsThere(platform), watchWorkloads(platform)]);
  await whenAborted(signal);
  setTimeout(() => giveUp(platform), graceMs).unref();
  await Promise.all([app.close(), work]);
  // What an engine has not answered yet would hold the process, and nobody waits for it any more.
  process.exit(0);
}

/** Whatever still hangs then is not worth a kill, but it is a defect. */
function giveUp({ log }: Platform): void {
  log.error(`still at work ${graceMs} ms after it was told to stop`);
  process.exit(1);
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
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 2;
}
