import type { ContainerDetails } from '../../../model/observed.ts';
import type { DatabaseInfo } from '../../../model/database.ts';
import { dropSlot } from '../../../postgres/replication.ts';
import { withSession } from '../../../postgres/session.ts';
import { containerSpec } from '../container.ts';
import type { DatabasesContext } from '../db-context.ts';
import { containerNameOf } from '../names.ts';
import { findOwn } from '../own-databases.ts';
import { findPart, partName, removePart } from '../upgrade/parts.ts';
import { serverOf } from '../upgrade/server-of.ts';
import { waitUntilUsable } from '../wait-until-usable.ts';
import { memberNameOf } from './names.ts';
import { removeOnCluster } from './remove-on-cluster.ts';
import { removeAdded, removeSurroundings } from './settle-replica.ts';

/** Goes on with a removal from wherever an earlier one was interrupted. */
export async function finishRemoval(context: DatabasesContext, id: string): Promise<void> {
  if (context.engine.cluster !== undefined) return removeOnCluster(context, id);
  await removeAdded(context, id);
  await settleParts(context, id);
  const info = await findOwn(context, id);
  if (info !== undefined && isMember(await context.engine.inspectContainer(info.containerId)))
    await standAlone(context, info);
  await removeSurroundings(context, id);
}

/** Of two containers the older one stays until the newer one has been started. */
async function settleParts(context: DatabasesContext, id: string): Promise<void> {
  const before = await findPart(context, id, partName(id, 'before'));
  if (before === undefined) return;
  const serving = await findPart(context, id, containerNameOf(id));
  const hasStarted = serving !== undefined && serving.state !== 'created';
  await (hasStarted ? removePart(context, id, 'before') : putBack(context, id));
}

async function standAlone(context: DatabasesContext, info: DatabaseInfo): Promise<void> {
  const { engine, signal } = context;
  const { projectId: id, port, password, containerId } = info;
  await waitUntilUsable(context, info);
  // Nobody would read it any more, and it would keep the write-ahead log until the disk is full.
  await withSession(
    { ...info, host: '127.0.0.1' },
    (session) => dropSlot(session, memberNameOf(id, 'added')),
    {
      signal,
    },
  );
  const { image, limits, volume } = await serverOf(context, info);
  await engine.stopContainer(containerId, { signal });
  await engine.renameContainer(containerId, partName(id, 'before'), signal);
  try {
    const spec = containerSpec(id, { image, limits, port, password, volume });
    const environment = { ...spec.environment, POSTGRES_USER: info.user, POSTGRES_DB: info.database };
    await engine.startContainer(await engine.createContainer({ ...spec, environment }, signal), signal);
    await waitUntilUsable(context, (await findOwn(context, id)) ?? info);
  } catch (error) {
    await putBack(context, id);
    throw error;
  }
  await removePart(context, id, 'before');
}

async function putBack(context: DatabasesContext, id: string): Promise<void> {
  const { engine } = context;
  const before = await findPart(context, id, partName(id, 'before'));
  if (before === undefined) return;
  const unfinished = await findPart(context, id, containerNameOf(id));
  if (unfinished !== undefined) await engine.removeContainer(unfinished.id, { anonymousVolumes: true });
  await engine.renameContainer(before.id, containerNameOf(id));
  await engine.startContainer(before.id);
}

function isMember({ environment }: ContainerDetails): boolean {
  return environment['ORQ_MEMBER'] !== undefined;
}
