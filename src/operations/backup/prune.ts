import { messageOf } from '../../model/errors.ts';
import { listBackups, removeBackup } from '../../archive/backup-folder.ts';
import type { BackupSummary } from '../../model/backup.ts';
import type { Project } from '../../model/project.ts';
import { type KeptBackup, planRetention } from '../../plan/plan-retention.ts';
import type { OperationContext } from '../context.ts';
import { backupFolder } from './database-target.ts';

/** Files that retention would delete. */
export async function prunePlan(project: Project): Promise<readonly BackupSummary[]> {
  const known = await ownBackups(project);
  const surplus = new Set(planRetention(known.flatMap(kept)));
  return known.filter(({ file }) => surplus.has(file));
}

/** Deletes what retention does not keep; a file that cannot be deleted is a warning. Returns the names. */
export async function applyRetention(
  { emit }: OperationContext,
  project: Project,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const { path, file } of await prunePlan(project)) {
    try {
      await removeBackup(path);
      removed.push(file);
    } catch (error) {
      const reason = messageOf(error);
      emit({ type: 'warning', text: `${file} could not be deleted: ${reason}` });
    }
  }
  return removed;
}

/** A folder may hold the backups of several profiles. */
async function ownBackups(project: Project): Promise<readonly BackupSummary[]> {
  const all = await listBackups(backupFolder(project));
  return all.filter(({ manifest }) => manifest?.project === project.name);
}

function kept({ file, manifest, proof }: BackupSummary): readonly KeptBackup[] {
  if (manifest === undefined) return [];
  const { service, seq, name, reason } = manifest;
  return [
    {
      file,
      service,
      seq,
      named: name !== null,
      safety: reason.startsWith('pre-'),
      ...(proof === undefined || proof.level === 'damaged' ? {} : { proof: proof.level }),
    },
  ];
}
