import type { Engine } from '../../../engine/engine.ts';
import { withDeadline } from '../../../model/abort.ts';
import { OrqError } from '../../../model/errors.ts';
import type { Platform } from '../platform.ts';
import type { ImageRow } from '../resources/image-rows.ts';
import { instanceSpec } from './instance-spec.ts';
import { oneAtATime } from './one-at-a-time.ts';

const pullMs = 180_000;

/**
 * Creates and starts one more container of an image and returns the id of its row; from then on the image is kept between
 * its bounds. Throws INSTANCE_LIMIT, IMAGE_UNAVAILABLE, ENGINE_*.
 */
export function startInstance(platform: Platform, image: ImageRow, why: string): Promise<number> {
  return oneAtATime(image.id, async () => {
    const { database, hub, settings, door, signal } = platform;
    await refuseSurplus(platform, image);
    const engine = await door.open();
    const spec = instanceSpec(image, { engine, platform: settings.ORQ_PLATFORM });
    await withDeadline(signal, pullMs, (within) => provideImage(engine, spec.image, within));
    const containerId = await engine.createContainer(spec, signal);
    try {
      await engine.startContainer(containerId, signal);
      const id = await insertRow(platform, image, { containerId, name: spec.name, engine });
      const userId = image.user_id ?? 0;
      hub.publish({ type: 'containers-changed', userId, imageId: image.id });
      platform.log.info({ image: image.id, container: containerId, why }, 'container started');
      await database.query('UPDATE images SET scaling = true WHERE id = $1 AND NOT scaling', [image.id]);
      return id;
    } catch (error) {
      await engine.removeContainer(containerId, { anonymousVolumes: true }).catch(() => undefined);
      throw error;
    }
  });
}

async function refuseSurplus({ database }: Platform, image: ImageRow): Promise<void> {
  const [count] = await database.query<{ instances: number }>(
    'SELECT count(*)::int AS instances FROM containers WHERE image_id = $1 AND managed',
    [image.id],
  );
  if ((count?.instances ?? 0) < image.max_instances) return;
  throw new OrqError({
    code: 'INSTANCE_LIMIT',
    message: `${image.name}:${image.tag} has as many containers as it may have: ${image.max_instances}.`,
    hint: 'Raise max_instances.',
  });
}

async function provideImage(engine: Engine, reference: string, signal: AbortSignal): Promise<void> {
  if ((await engine.findImage(reference, signal)) === undefined)
    await engine.pullImage(reference, { signal });
}

async function insertRow(
  { database, signal }: Platform,
  image: ImageRow,
  made: { readonly containerId: string; readonly name: string; readonly engine: Engine },
): Promise<number> {
  const { state, ports } = await made.engine.inspectContainer(made.containerId, signal);
  const published = ports.find(({ published: port }) => port !== undefined)?.published ?? null;
  const [row] = await database.query<{ id: number }>(
    `INSERT INTO containers (container_id, name, port, status, cpu_usage, memory_usage, image_id, managed)
     VALUES ($1, $2, $3, $4, '0%', '0MiB', $5, true) RETURNING id`,
    [made.containerId, made.name, published, state, image.id],
  );
  return row?.id ?? 0;
}
