import { basename } from 'node:path';
import { withProjectLock } from '../../host/project-lock.ts';
import type { BackupSummary, DatabaseFacts, RestorePlan, RestoreResult } from '../../model/backup.ts';
import { childOf } from '../../model/abort.ts';
import type { Project } from '../../model/project.ts';
import { withRoles } from '../../postgres/dump/create-roles.ts';
import { withDatabaseLock, withMaintenance } from '../../postgres/dump/database-lock.ts';
import { keptName } from '../../postgres/dump/database-names.ts';
import { applyRights, type DatabaseProperties } from '../../postgres/dump/database-properties.ts';
import { quoteName } from '../../postgres/dump/quote-name.ts';
import { swapDatabases } from '../../postgres/dump/swap-databases.ts';
import type { Session } from '../../postgres/session.ts';
import { lockOptions, type OperationContext, stateDirectory } from '../context.ts';
import { backupDatabase, counted } from './backup-database.ts';
import { databaseTarget, type DatabaseTarget } from './database-target.ts';
import { dropOutdated } from './kept-databases.ts';
import { type Dump, withScratch } from './load-scratch.ts';
import { recordUndo } from './undo-journal.ts';
import { type Prepared, prepareRestore, stillPrepared } from './prepare-restore.ts';

export interface RestoreRequest {
  readonly project: Project;
  readonly service: string;
  readonly backup: BackupSummary;
  /** Restores into a new database of this name instead of replacing. */
  readonly into?: string;
  /** Takes no safety backup of what is replaced; the database itself is kept all the same. */
  readonly noSafety?: boolean;
  /** Asked before anything is changed; rejects to stop. Without it nobody is, and the rows that go are not counted. */
  readonly confirm?: ((plan: RestorePlan) => Promise<void>) | undefined;
  /** Milliseconds to wait for another orq on the same project. */
  readonly lockWaitMs: number;
}

/** What {@link restore} would replace by what. Throws BACKUP_DAMAGED, BACKUP_INCOMPATIBLE, DATABASE_HELD, DISK_FULL. */
export async function restorePlan(context: OperationContext, request: RestoreRequest): Promise<RestorePlan> {
  const target = await databaseTarget(context, request.project, request.service);
  return (await prepareRestore(context, target, { ...request, counts: true })).plan;
}

/**
 * Replaces a database by a backup: check, confirm, load beside while a safety backup is taken, count, swap names. Until
 * the swap the database from before is untouched and serving; afterwards it is kept under another name. Throws
 * BACKUP_DAMAGED, BACKUP_INCOMPATIBLE, BACKUP_LOCKED, DATABASE_HELD, DISK_FULL, NOT_CONFIRMED, RESTORE_FAILED.
 */
export async function restore(context: OperationContext, request: RestoreRequest): Promise<RestoreResult> {
  const startedAt = performance.now();
  const { command, signal } = context;
  const target = await databaseTarget(context, request.project, request.service);
  const first = await confirmed(context, target, request);
  return withProjectLock(stateDirectory(request.project), lockOptions(context, request.lockWaitMs), () =>
    withDatabaseLock(target.address, { command, signal }, async (maintenance) => {
      const prepared = await (first === undefined
        ? prepareRestore(context, target, { ...request, counts: false })
        : stillPrepared(context, { target, request, first }));
      const result = await replace(context, { target, request, maintenance, ...prepared });
      // Its own undo is the database that was kept.
      if (result.kept !== null) await recordUndo(request.project, { command, copies: [] });
      await dropOutdated(context, target, maintenance);
      return { ...result, durationMs: performance.now() - startedAt };
    }),
  );
}

/** Prepares what somebody has to confirm, and asks; undefined where nobody has to. */
async function confirmed(
  context: OperationContext,
  target: DatabaseTarget,
  request: RestoreRequest,
): Promise<Prepared | undefined> {
  if (request.confirm === undefined) return undefined;
  const first = await prepareRestore(context, target, { ...request, counts: true });
  await request.confirm(first.plan);
  return first;
}

interface Replacement extends Prepared {
  readonly target: DatabaseTarget;
  readonly request: RestoreRequest;
  readonly maintenance: Session;
}

async function replace(
  context: OperationContext,
  work: Replacement,
): Promise<Omit<RestoreResult, 'durationMs'>> {
  const { manifest, maintenance, request, now, target } = work;
  const replaces = request.into === undefined && now !== undefined;
  const roles = manifest === undefined ? [] : [...manifest.roles, manifest.owner];
  return withRoles(maintenance, { roles, keep: true }, (provideRoles) =>
    withSafety(context, { target, wanted: replaces && request.noSafety !== true }, (child, safety) => {
      const dump: Dump = {
        path: request.backup.path,
        manifest,
        properties: work.properties,
        freeBytes: work.freeBytes,
        provideRoles,
      };
      return withScratch(child, { target, dump, maintenance }, async (scratch, loaded) => {
        const file = await safety;
        const place = { scratch, properties: work.properties, replaces };
        return { ...(await putInPlace(context, work, place)), ...restored(loaded), safety: file };
      });
    }),
  );

  function restored(loaded: DatabaseFacts): Pick<RestoreResult, 'file' | 'service' | 'content'> {
    return { file: basename(request.backup.path), service: target.service, content: counted(loaded) };
  }
}

/** Takes the safety backup while `work` goes on; when one of the two fails the other is stopped. */
async function withSafety<Result>(
  context: OperationContext,
  { target, wanted }: { readonly target: DatabaseTarget; readonly wanted: boolean },
  work: (context: OperationContext, safety: Promise<string | null>) => Promise<Result>,
): Promise<Result> {
  const child = childOf(context.signal);
  const together = { ...context, signal: child.signal };
  const label = { name: null, reason: 'pre-restore' } as const;
  const safety = wanted
    ? backupDatabase(together, target, label).then(({ file }) => file)
    : Promise.resolve(null);
  let failure: unknown;
  const stop = (error: unknown): never => {
    failure ??= error;
    child.abort(error);
    throw error;
  };
  try {
    const [result] = await Promise.allSettled([work(together, safety).catch(stop), safety.catch(stop)]);
    if (result.status === 'fulfilled') return result.value;
    context.signal.throwIfAborted();
    throw failure;
  } finally {
    child.release();
  }
}

interface Place {
  readonly scratch: string;
  readonly properties: DatabaseProperties;
  readonly replaces: boolean;
}

async function putInPlace(
  context: OperationContext,
  { target, request, maintenance }: Replacement,
  { scratch, properties, replaces }: Place,
): Promise<Pick<RestoreResult, 'database' | 'kept' | 'swapMs'>> {
  await applyRights(maintenance, scratch, properties);
  context.signal.throwIfAborted();
  const database = request.into ?? target.address.database;
  if (!replaces) {
    await maintenance.query(`ALTER DATABASE ${quoteName(scratch)} RENAME TO ${quoteName(database)}`);
    return { database, kept: null, swapMs: 0 };
  }
  const kept = keptName(database, new Date());
  const swapMs = await withMaintenance(target.address, (helper) =>
    swapDatabases(maintenance, helper, { live: database, next: scratch, kept }),
  );
  return { database, kept, swapMs };
}
