import { type DatabaseInfo, databaseLabels } from '../../../model/database.ts';
import type { DatabasesContext } from '../db-context.ts';
import type { ProvidedImage } from '../image.ts';
import { volumeNameOf } from '../names.ts';
import type { Server } from './parts.ts';

/** Where the official images keep the volume of their data. */
const dataTarget = '/var/lib/postgresql/data';

/** What a database's server is made of, as its container tells. */
export async function serverOf(context: DatabasesContext, info: DatabaseInfo): Promise<Server> {
  const { labels, mounts, image, command } = await context.engine.inspectContainer(
    info.containerId,
    context.signal,
  );
  const volume = mounts.find(({ target }) => target === dataTarget)?.source ?? volumeNameOf(info.projectId);
  const limits = { memory: labels[databaseLabels.memory] ?? '', cpus: labels[databaseLabels.cpus] ?? '' };
  const own: ProvidedImage = {
    reference: image,
    version: info.postgresVersion,
    command: command[0] === 'postgres' ? command : null,
  };
  return { info, image: own, limits, volume };
}
