import type { Engine } from '../../../engine/engine.ts';
import { isOrqError } from '../../../model/errors.ts';
import { closeMeter } from '../billing/meter.ts';
import type { Platform } from '../platform.ts';
import { type ContainerRow, isInstance } from '../resources/container-rows.ts';
import { withinTime } from '../within-time.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { byHand } from './start-instance.ts';

const actMs = 60_000;

/**
 * Stops and removes a container, ends its meter and its row. Taken away by hand, the image is no longer kept at its
 * minimum: whoever removes the last one wants none.
 */
export function removeInstance(platform: Platform, container: ContainerRow, why: string): Promise<void> {
  return oneAtATime(container.image_id ?? 0, async () => {
    const { id, container_id: containerId, managed, image_id: imageId, user_id: userId } = container;
    const { database, door, hub, log, signal } = platform;
    if (managed) {
      const engine = await door.open();
      await withinTime(signal, actMs, (within) => stopAndRemove(engine, containerId, within));
      await closeMeter(database, containerId, new Date());
    }
    await database.query('DELETE FROM containers WHERE id = $1', [id]);
    if (why === byHand)
      await database.query(
        `UPDATE images SET scaling = false WHERE id = $1
           AND (SELECT count(*) FROM containers c WHERE c.image_id = $1 AND ${isInstance}) < min_instances`,
        [imageId],
      );
    hub.publish({ type: 'containers-changed', userId: userId ?? 0, imageId: imageId ?? 0 });
    log.info({ image: imageId, container: containerId, why }, 'container removed');
  });
}

async function stopAndRemove(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  await engine.stopContainer(id, { timeoutMs: 10_000, signal }).catch(unlessGone);
  await engine.removeContainer(id, { anonymousVolumes: true, signal });
}

function unlessGone(error: unknown): void {
  if (!isOrqError(error) || error.code !== 'NOT_FOUND') throw error;
}
