import { unusedPort } from '../../../host/unused-port.ts';
import { type DatabaseInfo, databaseLabels } from '../../../model/database.ts';
import { composeLabels } from '../../../model/labels.ts';
import type { ObservedContainer } from '../../../model/observed.ts';
import { type ContainerWish, containerSpec, type Limits } from '../container.ts';
import type { DatabasesContext } from '../db-context.ts';
import type { ProvidedImage } from '../image.ts';
import { containerNameOf } from '../names.ts';
import { waitUntilUsable } from '../wait-until-usable.ts';

/** Containers that are there while an upgrade is under way, beside the one that serves. */
export type Part = 'source' | 'candidate' | 'before';

/** `source`: the old data, where only orq gets; `candidate`: the new data; `before`: the old server, put aside. */
export function partName(id: string, part: Part): string {
  return `${containerNameOf(id)}-${part}`;
}

/** A container of a project by its exact name. */
export async function findPart(
  { engine }: DatabasesContext,
  id: string,
  name: string,
): Promise<ObservedContainer | undefined> {
  const labels = { [databaseLabels.managed]: 'true', [databaseLabels.projectId]: id };
  return (await engine.listContainers({ labels })).find((container) => container.name === name);
}

/** Removes a container of an upgrade, if it is there. */
export async function removePart(context: DatabasesContext, id: string, part: Part): Promise<void> {
  const found = await findPart(context, id, partName(id, part));
  if (found !== undefined) await context.engine.removeContainer(found.id, { anonymousVolumes: true });
}

/** What a server needs to be made again elsewhere. */
export interface Server {
  readonly info: DatabaseInfo;
  readonly image: ProvidedImage;
  readonly limits: Limits;
  readonly volume: string;
}

/** Starts a server on a port that nobody knows, and waits until it answers. */
export async function startPart(
  context: DatabasesContext,
  part: Exclude<Part, 'before'>,
  { info, image, limits, volume }: Server,
): Promise<DatabaseInfo> {
  const { projectId: id, password } = info;
  const { engine, signal } = context;
  const port = await unusedPort();
  const name = partName(id, part);
  const wish: ContainerWish = { image, limits, port, password, volume, name };
  const spec = containerSpec(id, wish);
  const labels = { ...spec.labels, [composeLabels.service]: serviceOf(id, part) };
  const containerId = await engine.createContainer({ ...spec, labels, restart: { name: 'no' } }, signal);
  await engine.startContainer(containerId, signal);
  const started = { ...info, containerId, containerName: name, port };
  await waitUntilUsable(context, started);
  return started;
}

/** The source takes the place of the project's service, whose archives it writes; the other is no project's. */
export function serviceOf(id: string, part: Exclude<Part, 'before'>): string {
  return part === 'source' ? id : `${id}.candidate`;
}
