import type { Engine } from '../../../engine/engine.ts';
import { OrqError } from '../../../model/errors.ts';
import type { Platform } from '../platform.ts';
import { isInstance } from '../resources/container-rows.ts';
import type { ImageRow } from '../resources/image-rows.ts';
import { withinTime } from '../within-time.ts';
import { instanceSpec } from './instance-spec.ts';
import { oneAtATime } from './one-at-a-time.ts';

const pullMs = 180_000;
const actMs = 60_000;

/** Why of what a person asks for. */
export const byHand = 'by hand';

/**
 * Creates and starts one more container of an image and returns the id of its row; from then on the image is kept between
 * its bounds. Throws INSTANCE_LIMIT, IMAGE_UNAVAILABLE, ENGINE_*.
 */
export function startInstance(platform: Platform, image: ImageRow, why: string): Promise<number> {
  return oneAtATime(image.id, async () => {
    const { database, hub, settings, door, signal } = platform;
    await refuseSurplus(platform, image, why);
    const engine = await door.open();
    const spec = instanceSpec(image, { engine, platform: settings.ORQ_PLATFORM });
    await withinTime(signal, pullMs, (within) => provideImage(engine, spec.image, within));
    const containerId = await withinTime(signal, actMs, (within) => engine.createContainer(spec, within));
    try {
      await withinTime(signal, actMs, (within) => engine.startContainer(containerId, within));
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

/** Looked at when it is this image's turn: much may have happened since somebody wanted it. */
async function refuseSurplus({ database }: Platform, image: ImageRow, why: string): Promise<void> {
  const [now] = await database.query<{ instances: number; scaling: boolean }>(
    `SELECT i.scaling, (SELECT count(*)::int FROM containers c WHERE c.image_id = i.id AND ${isInstance}) AS instances
     FROM images i WHERE i.id = $1`,
    [image.id],
  );
  if (now?.scaling === false && why !== byHand)
    throw new OrqError({
      code: 'CONFLICT',
      message: `${image.name}:${image.tag} is no longer kept at its bounds.`,
    });
  if ((now?.instances ?? 0) < image.max_instances) return;
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
