import { withProjectLock } from '../../host/project-lock.ts';
import type { Project } from '../../model/project.ts';
import { OrqError } from '../../model/errors.ts';
import { withDatabaseLock, withMaintenance } from '../../postgres/dump/database-lock.ts';
import type { Session } from '../../postgres/session.ts';
import { type KnownSnapshot, listSnapshots } from '../../postgres/snapshot/snapshots.ts';
import { databaseTarget, type DatabaseTarget, onlyDatabase } from '../backup/database-target.ts';
import { lockOptions, type OperationContext, stateDirectory } from '../context.ts';

export interface SnapshotRequest {
  readonly project: Project;
  readonly service: string | undefined;
  /** Milliseconds to wait for another orq on the same project. */
  readonly lockWaitMs: number;
}

export interface SnapshotWork {
  readonly target: DatabaseTarget;
  /** Holds the lock of the database. */
  readonly maintenance: Session;
  readonly helper: Session;
}

/** Runs `work` on a database of which we hold the lock, with two sessions beside it. Throws BACKUP_LOCKED. */
export async function withSnapshotWork<Result>(
  context: OperationContext,
  { project, service, lockWaitMs }: SnapshotRequest,
  work: (work: SnapshotWork) => Promise<Result>,
): Promise<Result> {
  const { command, signal } = context;
  const target = await databaseTarget(context, project, onlyDatabase(project, service));
  return withProjectLock(stateDirectory(project), lockOptions(context, lockWaitMs), () =>
    withDatabaseLock(target.address, { command, signal }, (maintenance) =>
      withMaintenance(target.address, (helper) => work({ target, maintenance, helper })),
    ),
  );
}

/** The snapshot of a name, or the newest. Throws SNAPSHOT_NOT_FOUND. */
export async function snapshotNamed(
  session: Session,
  database: string,
  name: string | undefined,
): Promise<KnownSnapshot> {
  const known = await listSnapshots(session, database);
  const found = name === undefined ? known[0] : known.find((snapshot) => snapshot.name === name);
  if (found !== undefined) return found;
  throw new OrqError({
    code: 'SNAPSHOT_NOT_FOUND',
    message: name === undefined ? `${database} has no snapshot.` : `${database} has no snapshot ${name}.`,
    hint:
      known.length === 0
        ? 'orq snapshot save'
        : `There are: ${known.map((snapshot) => snapshot.name).join(', ')}.`,
  });
}
