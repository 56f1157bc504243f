import type { Project } from '../../model/project.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { dropDatabase } from '../../postgres/dump/scratch-database.ts';
import { withMaintenance } from '../../postgres/dump/database-lock.ts';
import { quoteName } from '../../postgres/dump/quote-name.ts';
import { listSnapshots } from '../../postgres/snapshot/snapshots.ts';
import { databaseTarget, onlyDatabase } from '../backup/database-target.ts';
import type { OperationContext } from '../context.ts';
import { type SnapshotRequest, snapshotNamed, withSnapshotWork } from './snapshot-work.ts';

/** Snapshots of a service's database, the newest first. */
export async function snapshotsOf(
  context: OperationContext,
  project: Project,
  service: string | undefined,
): Promise<readonly Snapshot[]> {
  const { address } = await databaseTarget(context, project, onlyDatabase(project, service));
  const known = await withMaintenance(
    address,
    (session) => listSnapshots(session, address.database),
    context.signal,
  );
  return known.map(({ database, name, at, bytes }) => ({ database, name, at, bytes }));
}

/** The snapshot that is meant, without doing anything with it. Throws SNAPSHOT_NOT_FOUND. */
export async function snapshotPlan(
  context: OperationContext,
  project: Project,
  { service, name }: { readonly service: string | undefined; readonly name: string | undefined },
): Promise<Snapshot> {
  const { address } = await databaseTarget(context, project, onlyDatabase(project, service));
  const found = await withMaintenance(
    address,
    (session) => snapshotNamed(session, address.database, name),
    context.signal,
  );
  return { database: found.database, name: found.name, at: found.at, bytes: found.bytes };
}

/** Deletes a snapshot. Throws SNAPSHOT_NOT_FOUND. */
export function deleteSnapshot(
  context: OperationContext,
  request: SnapshotRequest & { readonly name: string },
): Promise<Snapshot> {
  return withSnapshotWork(context, request, async ({ target, maintenance }) => {
    const { holder, database, name, at, bytes } = await snapshotNamed(
      maintenance,
      target.address.database,
      request.name,
    );
    await maintenance.query(`ALTER DATABASE ${quoteName(holder)} ALLOW_CONNECTIONS true`);
    await dropDatabase(maintenance, target.address, holder);
    return { database, name, at, bytes };
  });
}
