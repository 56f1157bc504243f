import { withProjectLock } from '../../host/project-lock.ts';
import type { RestoreResult, UndoResult } from '../../model/backup.ts';
import { OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import { withDatabaseLock, withMaintenance } from '../../postgres/dump/database-lock.ts';
import { keptDatabases, keptName } from '../../postgres/dump/database-names.ts';
import { swapDatabases } from '../../postgres/dump/swap-databases.ts';
import { lockOptions, type OperationContext, stateDirectory } from '../context.ts';
import { runningContainer } from '../find-container.ts';
import { up } from '../up.ts';
import { bringRolesBack } from './bring-roles-back.ts';
import { databaseTarget, onlyDatabase } from './database-target.ts';
import { chosenBackup } from './find-backups.ts';
import { restoreRedis } from './redis/restore-redis.ts';
import { restore } from './restore.ts';
import { forgetUndo, readUndo, type UndoEntry } from './undo-journal.ts';

/** What will be undone, for a person to confirm. */
export interface UndoPlan {
  /** Word to be typed. */
  readonly answer: string;
  readonly text: string;
}

export interface UndoRequest {
  readonly project: Project;
  readonly service: string | undefined;
  /** Told what will change places; rejects to stop. */
  readonly confirm: (plan: UndoPlan) => Promise<void>;
  readonly lockWaitMs: number;
  /** Milliseconds for services that have to be started for it. */
  readonly timeoutMs: number;
}

/**
 * Goes back to before the last command that replaced or removed data: after a restore by putting the database from
 * before back in its place, after others by restoring the backups that they took. Throws BACKUP_NOT_FOUND.
 */
export async function undo(context: OperationContext, request: UndoRequest): Promise<UndoResult> {
  const entry = await readUndo(request.project);
  const copies = entry?.copies.filter(
    ({ service }) => request.service === undefined || service === request.service,
  );
  if (entry === undefined || copies === undefined || copies.length === 0) return swapBack(context, request);
  return bringBack(context, request, { ...entry, copies });
}

/** The plan of {@link undo} in words, without doing any of it. */
export async function undoPlan(context: OperationContext, request: UndoRequest): Promise<UndoPlan> {
  let seen: UndoPlan | undefined;
  const stop = new OrqError({ code: 'NOT_CONFIRMED', message: 'Only planned.' });
  const confirm = (plan: UndoPlan): Promise<void> => {
    seen = plan;
    return Promise.reject(stop);
  };
  await undo(context, { ...request, confirm }).catch((error: unknown) => {
    if (error !== stop) throw error;
  });
  if (seen === undefined) throw nothingKept(request.project.name);
  return seen;
}

async function swapBack(context: OperationContext, request: UndoRequest): Promise<UndoResult> {
  const { command, signal } = context;
  const { project, confirm, lockWaitMs } = request;
  const target = await databaseTarget(context, project, onlyDatabase(project, request.service));
  const { database } = target.address;
  return withProjectLock(stateDirectory(project), lockOptions(context, lockWaitMs), () =>
    withDatabaseLock(target.address, { command, signal }, async (maintenance) => {
      const [next] = await keptDatabases(maintenance, database);
      if (next === undefined) throw nothingKept(database);
      await confirm({ answer: database, text: `${next} takes the place of ${database}.` });
      const kept = keptName(database, new Date());
      const swapMs = await withMaintenance(target.address, (helper) =>
        swapDatabases(maintenance, helper, { live: database, next, kept }),
      );
      return { kind: 'swapped', service: target.service, database, restored: next, kept, swapMs };
    }),
  );
}

async function bringBack(
  context: OperationContext,
  request: UndoRequest,
  { command, at, copies }: UndoEntry,
): Promise<UndoResult> {
  const { project, lockWaitMs, timeoutMs } = request;
  const backups = await Promise.all(
    copies.map(({ service, file }) => chosenBackup(project, { file, service, cwd: stateDirectory(project) })),
  );
  const files = copies.map(({ service, file }) => `${service} ← ${file}`).join(', ');
  await request.confirm({ answer: project.name, text: `Back to before ${command} of ${at}: ${files}.` });
  const stopped = await notRunning(
    context,
    project,
    copies.map(({ service }) => service),
  );
  if (stopped.length > 0) await up(context, { project, services: stopped, wait: true, timeoutMs });
  const restored: RestoreResult[] = [];
  for (const [index, { service }] of copies.entries()) {
    const backup = backups[index];
    if (backup === undefined) continue;
    const isRedis = backup.manifest?.kind === 'redis';
    if (!isRedis) await bringRolesBack(context, await databaseTarget(context, project, service), backup);
    const work = isRedis ? restoreRedis : restore;
    restored.push(await work(context, { project, service, backup, lockWaitMs }));
  }
  await forgetUndo(project);
  return { kind: 'restored', command, restored };
}

async function notRunning(
  context: OperationContext,
  project: Project,
  services: readonly string[],
): Promise<readonly string[]> {
  const states = await Promise.all(
    services.map((service) =>
      runningContainer(context, project, service).then(
        () => [],
        () => [service],
      ),
    ),
  );
  return states.flat();
}

function nothingKept(database: string): OrqError {
  return new OrqError({
    code: 'BACKUP_NOT_FOUND',
    message: `Nothing from before a restore or a removal of ${database} is kept.`,
    hint: 'orq backup list shows what can be restored.',
  });
}
