import { isOrqError } from '../../../model/errors.ts';
import { closeMeter } from '../billing/meter.ts';
import type { Platform } from '../platform.ts';
import type { ContainerRow } from '../resources/container-rows.ts';
import { oneAtATime } from './one-at-a-time.ts';

/**
 * Stops and removes a container, ends its meter and its row. Taken away by hand, the image is no longer kept at its
 * minimum: whoever removes the last one wants none.
 */
export function removeInstance(platform: Platform, container: ContainerRow, why: string): Promise<void> {
  return oneAtATime(container.image_id ?? 0, async () => {
    const { id, container_id: containerId, managed, image_id: imageId, user_id: userId } = container;
    const { database, door, hub, log } = platform;
    if (managed) {
      const engine = await door.open();
      await engine.stopContainer(containerId, { timeoutMs: 10_000 }).catch(unlessGone);
      await engine.removeContainer(containerId, { anonymousVolumes: true });
      await closeMeter(database, containerId, new Date());
    }
    await database.query('DELETE FROM containers WHERE id = $1', [id]);
    if (why === 'by hand')
      await database.query(
        `UPDATE images SET scaling = false WHERE id = $1
           AND (SELECT count(*) FROM containers WHERE image_id = $1 AND managed) < min_instances`,
        [imageId],
      );
    hub.publish({ type: 'containers-changed', userId: userId ?? 0, imageId: imageId ?? 0 });
    log.info({ image: imageId, container: containerId, why }, 'container removed');
  });
}

function unlessGone(error: unknown): void {
  if (!isOrqError(error) || error.code !== 'NOT_FOUND') throw error;
}
