import { checkUnchanged, markDamaged, writeProof } from '../../archive/backup-folder.ts';
import type {
  AnyManifest,
  BackupContent,
  BackupSummary,
  Manifest,
  ProofLevel,
  VerifyResult,
} from '../../model/backup.ts';
import { OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import { withDatabaseLock } from '../../postgres/dump/database-lock.ts';
import { applyRights } from '../../postgres/dump/database-properties.ts';
import { withRoles } from '../../postgres/dump/create-roles.ts';
import type { OperationContext } from '../context.ts';
import { counted } from './backup-database.ts';
import { checkArchive } from './check-archive.ts';
import { databaseTarget } from './database-target.ts';
import { checkRedisArchive } from './redis/backup-redis.ts';
import { redisTarget } from './redis/redis-target.ts';
import { withStaged } from './redis/restore-redis.ts';
import { withScratch } from './load-scratch.ts';
import { refuseIncompatible, requireRights } from './compatibility.ts';

export interface VerifyRequest {
  readonly project: Project;
  readonly backup: BackupSummary;
  /** Leaves the trial restore out. */
  readonly quick: boolean;
}

/**
 * Proves a backup: the file is the one that was written, its structure, checksums and row counts are right, and, unless
 * `quick`, it can be restored, tried in a database beside the real one. Throws BACKUP_DAMAGED, RESTORE_FAILED.
 */
export async function verify(
  context: OperationContext,
  { project, backup, quick }: VerifyRequest,
): Promise<VerifyResult> {
  const startedAt = performance.now();
  try {
    const sha256 = await checkUnchanged(backup, context.signal);
    const prove = backup.manifest?.kind === 'redis' ? proveRedis : provePostgres;
    const { manifest, content } = await prove(context, { project, backup, quick });
    const level: ProofLevel = quick ? 'read' : 'restored';
    await writeProof(backup.path, manifest, { level, sha256 });
    return { file: backup.file, level, content, durationMs: performance.now() - startedAt };
  } catch (error) {
    if (error instanceof OrqError && error.code === 'BACKUP_DAMAGED') await markDamaged(backup.path);
    throw error;
  }
}

interface Proven {
  readonly manifest: AnyManifest;
  readonly content: BackupContent;
}

async function provePostgres(
  context: OperationContext,
  { project, backup, quick }: VerifyRequest,
): Promise<Proven> {
  const manifest = await checkArchive(context, backup.path, backup.manifest?.service ?? backup.file);
  if (!quick) await tryRestore(context, project, { backup, manifest });
  return { manifest, content: counted(manifest) };
}

/** The trial is that of the server's own program, which reads every key. */
async function proveRedis(
  context: OperationContext,
  { project, backup, quick }: VerifyRequest,
): Promise<Proven> {
  const manifest = await checkRedisArchive(context, backup.path);
  if (!quick) {
    const target = await redisTarget(context, project, manifest.service);
    await withStaged(context, target, { path: backup.path, manifest }, () => Promise.resolve());
  }
  return { manifest, content: { kind: 'redis', keys: manifest.keys } };
}

async function tryRestore(
  context: OperationContext,
  project: Project,
  { backup, manifest }: { readonly backup: BackupSummary; readonly manifest: Manifest },
): Promise<void> {
  const target = await databaseTarget(context, project, manifest.service);
  const { command, signal } = context;
  await withDatabaseLock(target.address, { command, signal }, async (maintenance) => {
    await refuseIncompatible(maintenance, manifest);
    await requireRights(maintenance, manifest.owner);
    const dump = { path: backup.path, manifest, properties: manifest };
    await withRoles(maintenance, { roles: [...manifest.roles, manifest.owner], keep: false }, () =>
      withScratch(context, { target, dump, maintenance }, (scratch) =>
        applyRights(maintenance, scratch, manifest),
      ),
    );
  });
}
