import type { SnapshotRestored } from '../../model/snapshot.ts';
import { messageOf, OrqError } from '../../model/errors.ts';
import { requireReleased } from '../backup/compatibility.ts';
import { freeBytesOf, requireSpace } from '../backup/free-space.ts';
import { dropOutdated } from '../backup/kept-databases.ts';
import { recordUndo } from '../backup/undo-journal.ts';
import { keptName, scratchName } from '../../postgres/dump/database-names.ts';
import { applyProperties } from '../../postgres/dump/database-properties.ts';
import { quoteName } from '../../postgres/dump/quote-name.ts';
import { dropDatabase } from '../../postgres/dump/scratch-database.ts';
import { swapDatabases } from '../../postgres/dump/swap-databases.ts';
import { copyDatabase } from '../../postgres/snapshot/copy-database.ts';
import type { OperationContext } from '../context.ts';
import { type SnapshotRequest, snapshotNamed, withSnapshotWork } from './snapshot-work.ts';

export interface RestoreSnapshotRequest extends SnapshotRequest {
  /** The newest when absent. */
  readonly name: string | undefined;
}

/**
 * Puts a copy of a snapshot in the place of its database, which serves until names change hands and is then kept for
 * `orq undo`. The snapshot itself stays, to be restored again. Throws SNAPSHOT_NOT_FOUND, DATABASE_HELD, DISK_FULL.
 */
export function restoreSnapshot(
  context: OperationContext,
  request: RestoreSnapshotRequest,
): Promise<SnapshotRestored> {
  const startedAt = performance.now();
  const { signal } = context;
  return withSnapshotWork(context, request, async ({ target, maintenance, helper }) => {
    const { database } = target.address;
    const snapshot = await snapshotNamed(maintenance, database, request.name);
    await requireReleased(maintenance, database);
    requireSpace(
      'where the server keeps its data',
      1.1 * snapshot.bytes,
      await freeBytesOf(context, target, maintenance),
    );
    const next = scratchName(database);
    try {
      await copyDatabase(maintenance, helper, { from: snapshot.holder, to: next, patienceMs: 0, signal });
      await maintenance.query(
        `ALTER DATABASE ${quoteName(next)} OWNER TO ${quoteName(snapshot.properties.owner)}`,
      );
      await maintenance.query(`REVOKE ALL ON DATABASE ${quoteName(next)} FROM PUBLIC`);
      await applyProperties(maintenance, next, snapshot.properties);
      signal.throwIfAborted();
      const kept = keptName(database, new Date());
      const swapMs = await swapDatabases(maintenance, helper, { live: database, next, kept });
      await recordUndo(request.project, { command: context.command, copies: [] });
      await dropOutdated(context, target, maintenance);
      const { service } = target;
      return {
        service,
        database,
        name: snapshot.name,
        kept,
        swapMs,
        durationMs: performance.now() - startedAt,
      };
    } catch (error) {
      await dropDatabase(helper, target.address, next).catch(() => undefined);
      throw error instanceof OrqError
        ? error
        : new OrqError({
            code: 'RESTORE_FAILED',
            message: `Snapshot ${snapshot.name} was not restored; ${database} is as it was.`,
            detail: messageOf(error),
            cause: error,
          });
    }
  });
}
