import type { Engine } from '../../../engine/engine.ts';
import { platformLabels } from '../../../model/labels.ts';
import type { ObservedContainer } from '../../../model/observed.ts';
import type { Platform } from '../platform.ts';

/** A row of ours together with what the engine has under its id. */
export interface KnownContainer {
  readonly id: number;
  readonly containerId: string;
  readonly imageId: number;
  readonly userId: number;
  readonly cpu_limit: string | null;
  readonly memory_limit: string | null;
  /** Absent when the engine has no such container any more. */
  readonly observed?: ObservedContainer;
}

interface ManagedRow extends Record<string, unknown> {
  readonly id: number;
  readonly container_id: string;
  readonly status: string | null;
  readonly port: number | null;
  readonly image_id: number;
  readonly user_id: number;
  readonly cpu_limit: string | null;
  readonly memory_limit: string | null;
}

/** Brings states and ports of the rows up to what the engine says, and returns them. */
export async function refreshContainers(
  { database, settings, hub, signal }: Platform,
  engine: Engine,
): Promise<readonly KnownContainer[]> {
  const labels = { [platformLabels.platform]: settings.ORQ_PLATFORM };
  // The rows first: a container has a row only once it runs, so that none is missed which has just been made.
  const rows = await database.query<ManagedRow>(
    `SELECT c.id, c.container_id, c.status, c.port, c.image_id, i.user_id, i.cpu_limit, i.memory_limit
     FROM containers c JOIN images i ON i.id = c.image_id WHERE c.managed`,
  );
  const observed = await engine.listContainers({ labels }, signal);
  const byId = new Map(observed.map((container) => [container.id, container]));
  return Promise.all(
    rows.map(async (row): Promise<KnownContainer> => {
      const container = byId.get(row.container_id);
      const status = container?.state ?? 'missing';
      const port = container?.ports.find(({ published }) => published !== undefined)?.published ?? row.port;
      if (status !== row.status || port !== row.port) {
        await database.query(
          'UPDATE containers SET status = $2, port = $3, version = version + 1 WHERE id = $1',
          [row.id, status, port],
        );
        hub.publish({ type: 'containers-changed', userId: row.user_id, imageId: row.image_id });
      }
      return known(row, container);
    }),
  );
}

function known(row: ManagedRow, observed: ObservedContainer | undefined): KnownContainer {
  const { id, container_id: containerId, image_id: imageId, user_id: userId, cpu_limit, memory_limit } = row;
  const same = { id, containerId, imageId, userId, cpu_limit, memory_limit };
  return observed === undefined ? same : { ...same, observed };
}
