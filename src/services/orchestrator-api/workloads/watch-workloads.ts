import { setTimeout as delay } from 'node:timers/promises';
import { childOf, type ChildAbort } from '../../../model/abort.ts';
import type { Engine } from '../../../engine/engine.ts';
import { platformLabels } from '../../../model/labels.ts';
import { closeMeter } from '../billing/meter.ts';
import type { Platform } from '../platform.ts';
import { sampleContainers } from './sample-containers.ts';
import { refreshContainers } from './refresh-containers.ts';
import { openScaler } from './scaler.ts';

/** Follows the engine until the API stops: its events as they come, figures at every interval. */
export async function watchWorkloads(platform: Platform): Promise<void> {
  const { settings, signal, log } = platform;
  const scaler = openScaler(platform);
  const events = keepEvents(platform);
  while (!signal.aborted) {
    try {
      const engine = await platform.door.open();
      events.follow(engine);
      await scaler.look(await sampleContainers(platform, engine));
    } catch (error) {
      if (signal.aborted) break;
      events.stop();
      log.warn({ err: error }, 'cannot look at the containers');
    }
    await delay(settings.SAMPLE_MS, undefined, { signal }).catch(() => undefined);
  }
  events.stop();
}

/** One stream of events at a time, opened again after it broke. */
function keepEvents(platform: Platform): { follow(engine: Engine): void; stop(): void } {
  let open: ChildAbort | undefined;
  const stop = (): void => {
    open?.abort();
    open?.release();
    open = undefined;
  };
  const follow = (engine: Engine): void => {
    if (open !== undefined) return;
    const child = childOf(platform.signal);
    open = child;
    void readEvents(platform, engine, child.signal)
      .catch((error: unknown) => platform.log.warn({ err: error }, 'events of the engine ended'))
      .finally(() => open === child && stop());
  };
  return { follow, stop };
}

async function readEvents(platform: Platform, engine: Engine, signal: AbortSignal): Promise<void> {
  const labels = { [platformLabels.platform]: platform.settings.ORQ_PLATFORM };
  for await (const { type, action, id, at } of engine.events({ labels }, signal)) {
    if (type !== 'container') continue;
    if (action === 'die') await closeMeter(platform.database, id, at);
    if (['start', 'die', 'destroy', 'pause', 'unpause', 'oom'].includes(action))
      await refreshContainers(platform, engine);
  }
}
