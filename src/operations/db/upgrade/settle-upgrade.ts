import { databaseLabels } from '../../../model/database.ts';
import type { DatabasesContext } from '../db-context.ts';
import { containerNameOf } from '../names.ts';
import { findPart, partName, removePart } from './parts.ts';

/** Puts back what was before an upgrade: the old server serves again, on the old data. */
export async function rollBackUpgrade(
  context: DatabasesContext,
  id: string,
  newVolume: string,
): Promise<void> {
  const { engine } = context;
  await removePart(context, id, 'source');
  await removePart(context, id, 'candidate');
  const before = await findPart(context, id, partName(id, 'before'));
  if (before !== undefined) {
    const unfinished = await findPart(context, id, containerNameOf(id));
    if (unfinished !== undefined) await engine.removeContainer(unfinished.id, { anonymousVolumes: true });
    await engine.renameContainer(before.id, containerNameOf(id));
  }
  const serving = await findPart(context, id, containerNameOf(id));
  if (serving !== undefined) await engine.startContainer(serving.id);
  if ((await engine.findVolume(newVolume)) !== undefined) await engine.removeVolume(newVolume);
}

/**
 * Settles an upgrade whose command was killed: once the new server was started somebody may have written to it, so it
 * stays; before that, all is as it was.
 */
export async function settleUpgrade(context: DatabasesContext, id: string, newVolume: string): Promise<void> {
  const before = await findPart(context, id, partName(id, 'before'));
  const serving = await findPart(context, id, containerNameOf(id));
  if (before === undefined || serving === undefined || serving.state === 'created')
    return rollBackUpgrade(context, id, newVolume);
  await context.engine.removeContainer(before.id, { anonymousVolumes: true });
  await context.engine.startContainer(serving.id);
}

/** Volumes of a project that no server of it uses: what upgrades have kept. */
export async function keptVolumes(
  { engine, signal }: DatabasesContext,
  id: string,
): Promise<readonly string[]> {
  const labels = { [databaseLabels.managed]: 'true', [databaseLabels.projectId]: id };
  const [volumes, containers] = await Promise.all([
    engine.listVolumes({ labels }, signal),
    engine.listContainers({ labels }, signal),
  ]);
  const used = new Set(containers.flatMap(({ mounts }) => mounts.map(({ source }) => source)));
  return volumes.map(({ name }) => name).filter((name) => !used.has(name));
}
