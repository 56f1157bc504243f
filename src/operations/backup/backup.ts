import type { BackupReason, BackupResult } from '../../model/backup.ts';
import { OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import { withDatabaseLock } from '../../postgres/dump/database-lock.ts';
import type { OperationContext } from '../context.ts';
import { backupDatabase, type BackupLabel } from './backup-database.ts';
import { databaseServices, databaseTarget } from './database-target.ts';
import { backupRedis } from './redis/backup-redis.ts';
import { redisServices, redisTarget } from './redis/redis-target.ts';

export interface BackupRequest {
  readonly project: Project;
  /** All PostgreSQL and Redis services when absent. */
  readonly services?: readonly string[];
  /** Named backups are kept until they are deleted by hand. */
  readonly name?: string;
  readonly reason?: BackupReason;
}

/**
 * Backs up the databases of a project, several at a time. Each is a file that was read again and counted before it got
 * its name. When one fails the others are still finished. Throws BACKUP_LOCKED, BACKUP_DAMAGED, SERVICE_NOT_RUNNING,
 * POSTGRES_FAILED, DISK_FULL.
 */
export async function backup(
  context: OperationContext,
  { project, services = storeServices(project), name, reason = 'manual' }: BackupRequest,
): Promise<readonly BackupResult[]> {
  if (services.length === 0)
    throw new OrqError({
      code: 'USAGE',
      message: `${project.name} has neither a PostgreSQL nor a Redis service.`,
      hint: 'orq status',
    });
  const label: BackupLabel = { name: name ?? null, reason };
  const tasks = await Promise.all(services.map((service) => taskOf(context, project, { service, label })));
  const ended = await Promise.allSettled(tasks.map((task) => task()));
  const done = ended.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failure = ended.find((result) => result.status === 'rejected');
  if (failure === undefined) return done;
  for (const { service, file } of done)
    context.emit({ type: 'note', text: `${service} was backed up: ${file}` });
  throw failure.reason;
}

/** Names of the services whose data orq backs up. */
export function storeServices(project: Project): readonly string[] {
  return [...databaseServices(project), ...redisServices(project)];
}

/** Finds the way to a service at once, and backs it up when called. */
async function taskOf(
  context: OperationContext,
  project: Project,
  { service, label }: { readonly service: string; readonly label: BackupLabel },
): Promise<() => Promise<BackupResult>> {
  if (redisServices(project).includes(service)) {
    const target = await redisTarget(context, project, service);
    return () => backupRedis(context, target, label);
  }
  const target = await databaseTarget(context, project, service);
  const { command, signal } = context;
  return () =>
    withDatabaseLock(target.address, { command, signal }, () => backupDatabase(context, target, label));
}
