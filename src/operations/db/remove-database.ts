import { databaseLabels } from '../../model/database.ts';
import type { DatabasesContext } from './db-context.ts';
import { containerNameOf } from './names.ts';

/** Removes all that there is of a database: its containers, replicas too, its network, and its volumes, those kept by an upgrade too. */
export async function removeDatabase({ engine }: DatabasesContext, id: string): Promise<void> {
  if (engine.cluster !== undefined) return engine.cluster.remove(containerNameOf(id));
  const labels = { [databaseLabels.managed]: 'true', [databaseLabels.projectId]: id };
  for (const container of await engine.listContainers({ labels }))
    await engine.removeContainer(container.id, { anonymousVolumes: true });
  for (const network of await engine.listNetworks({ labels })) await engine.removeNetwork(network.id);
  for (const { name } of await engine.listVolumes({ labels })) await engine.removeVolume(name);
}
