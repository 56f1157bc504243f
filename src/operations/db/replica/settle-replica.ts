import type { DatabasesContext } from '../db-context.ts';
import { containerNameOf } from '../names.ts';
import { findPart, partName } from '../upgrade/parts.ts';
import { takeBackReplica } from './remove-on-cluster.ts';
import { clusterVolumeOf, memberNameOf, networkNameOf, replicaVolumeOf } from './names.ts';

/** Puts back what was before a replica was added: the server alone, on its data. Also after a command that was killed. */
export async function rollBackReplica(context: DatabasesContext, id: string): Promise<void> {
  const { engine } = context;
  if (engine.cluster !== undefined) return takeBackReplica(context, id);
  await removeAdded(context, id);
  const before = await findPart(context, id, partName(id, 'before'));
  if (before !== undefined) {
    const member = await findPart(context, id, containerNameOf(id));
    if (member !== undefined) {
      await engine.stopContainer(member.id, {});
      await engine.removeContainer(member.id, { anonymousVolumes: true });
    }
    await engine.renameContainer(before.id, containerNameOf(id));
  }
  await removeSurroundings(context, id);
  const serving = await findPart(context, id, containerNameOf(id));
  if (serving !== undefined) await engine.startContainer(serving.id);
}

/** Removes the server that was added, with its data. */
export async function removeAdded(context: DatabasesContext, id: string): Promise<void> {
  const { engine } = context;
  const added = await findPart(context, id, containerNameOf(memberNameOf(id, 'added')));
  if (added !== undefined) await engine.removeContainer(added.id, { anonymousVolumes: true });
  await removeVolume(context, replicaVolumeOf(id));
}

/** Removes what the two servers shared, once neither uses it. */
export async function removeSurroundings(context: DatabasesContext, id: string): Promise<void> {
  const { engine } = context;
  await removeVolume(context, clusterVolumeOf(id));
  const network = await engine.findNetwork(networkNameOf(id));
  if (network !== undefined) await engine.removeNetwork(network.id);
}

async function removeVolume({ engine }: DatabasesContext, name: string): Promise<void> {
  if ((await engine.findVolume(name)) !== undefined) await engine.removeVolume(name);
}
