import type { Platform } from '../platform.ts';
import { type ImageRow, imageSource } from '../resources/image-rows.ts';
import { containerSource, type ContainerRow, isInstance } from '../resources/container-rows.ts';
import { removeInstance } from './remove-instance.ts';
import type { Sample } from './sample-containers.ts';
import { scaleWish, type ScaleWish } from './scale-wish.ts';
import { startInstance } from './start-instance.ts';

const keptLooks = 5;

/** Keeps images between their bounds, look by look. */
export interface Scaler {
  look(samples: readonly Sample[]): Promise<void>;
}

/** A scaler that has seen nothing yet. */
export function openScaler(platform: Platform): Scaler {
  const loads = new Map<number, readonly number[]>();
  return {
    look: async (samples) => {
      const images = await platform.database.query<ImageRow>(
        `SELECT ${imageSource.columns} ${imageSource.from} WHERE i.scaling AND i.status = 'active'`,
      );
      for (const image of images) {
        const seen = [...(loads.get(image.id) ?? []), ...meanOf(samples, image.id)].slice(-keptLooks);
        const wish = scaleWish({
          min: image.min_instances,
          max: image.max_instances,
          instances: image.instances,
          loads: seen,
        });
        loads.set(image.id, wish === undefined ? seen : []);
        if (wish !== undefined) await scale(platform, image, wish);
      }
    },
  };
}

function meanOf(samples: readonly Sample[], imageId: number): readonly number[] {
  const own = samples.filter((sample) => sample.imageId === imageId);
  return own.length === 0 ? [] : [own.reduce((sum, { load }) => sum + load, 0) / own.length];
}

async function scale(platform: Platform, image: ImageRow, { change, why }: ScaleWish): Promise<void> {
  const { database, hub, log } = platform;
  try {
    if (change === 1) await startInstance(platform, image, why);
    else {
      const [newest] = await database.query<ContainerRow>(
        `SELECT ${containerSource.columns} ${containerSource.from} WHERE c.image_id = $1 AND ${isInstance}
         ORDER BY c.status = 'running', c.id DESC LIMIT 1`,
        [image.id],
      );
      if (newest !== undefined) await removeInstance(platform, newest, why);
    }
    const instances = image.instances + change;
    hub.publish({ type: 'scaled', userId: image.user_id ?? 0, imageId: image.id, instances, why });
  } catch (error) {
    log.warn({ err: error, image: image.id }, 'cannot scale');
  }
}
