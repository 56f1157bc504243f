import type { SnapshotSaved } from '../../model/snapshot.ts';
import { OrqError } from '../../model/errors.ts';
import { readProperties } from '../../postgres/dump/facts.ts';
import { dropDatabase } from '../../postgres/dump/scratch-database.ts';
import { copyDatabase } from '../../postgres/snapshot/copy-database.ts';
import { holderName, listSnapshots, sealSnapshot } from '../../postgres/snapshot/snapshots.ts';
import { freeBytesOf, requireSpace } from '../backup/free-space.ts';
import { requireReleased } from '../backup/compatibility.ts';
import type { OperationContext } from '../context.ts';
import { type SnapshotRequest, type SnapshotWork, withSnapshotWork } from './snapshot-work.ts';

export interface SaveSnapshotRequest extends SnapshotRequest {
  readonly name: string;
  /** Milliseconds that sessions at work get to finish. */
  readonly patienceMs: number;
}

/** Copies a database inside its server under a name. Throws SNAPSHOT_EXISTS, DATABASE_HELD, DISK_FULL. */
export function saveSnapshot(
  context: OperationContext,
  request: SaveSnapshotRequest,
): Promise<SnapshotSaved> {
  const startedAt = performance.now();
  return withSnapshotWork(context, request, async (work) => {
    const { target, maintenance } = work;
    const { database } = target.address;
    const { name } = request;
    const known = await listSnapshots(maintenance, database);
    if (known.some((snapshot) => snapshot.name === name)) throw alreadyThere(database, name);
    await requireReleased(maintenance, database);
    const bytes = await sizeOf(work);
    requireSpace(
      'where the server keeps its data',
      1.1 * bytes,
      await freeBytesOf(context, target, maintenance),
    );
    const ended = await copyAndSeal(context, work, request);
    return {
      service: target.service,
      database,
      name,
      bytes,
      ended,
      durationMs: performance.now() - startedAt,
    };
  });
}

async function copyAndSeal(
  { signal }: OperationContext,
  { target: { address }, maintenance, helper }: SnapshotWork,
  { name, patienceMs }: SaveSnapshotRequest,
): Promise<number> {
  const { database } = address;
  const holder = holderName(database, name);
  const properties = await readProperties(maintenance, database);
  // What a killed run has left is no snapshot.
  await dropDatabase(maintenance, address, holder);
  try {
    const { ended } = await copyDatabase(maintenance, helper, {
      from: database,
      to: holder,
      patienceMs,
      signal,
    });
    await sealSnapshot(maintenance, { holder, database, name, properties });
    return ended;
  } catch (error) {
    await dropDatabase(helper, address, holder).catch(() => undefined);
    throw error;
  }
}

async function sizeOf({ target, maintenance }: SnapshotWork): Promise<number> {
  const [row] = await maintenance.query<{ bytes: number }>(
    'SELECT pg_database_size($1::name)::float8 AS bytes',
    [target.address.database],
  );
  return row?.bytes ?? 0;
}

function alreadyThere(database: string, name: string): OrqError {
  return new OrqError({
    code: 'SNAPSHOT_EXISTS',
    message: `${database} already has a snapshot ${name}.`,
    hint: `orq snapshot delete ${name}`,
  });
}
