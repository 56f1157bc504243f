import { listBackups } from '../../archive/backup-folder.ts';
import type { BackupFacts } from '../facts.ts';

/** The newest backup of each service of a project; services that were never backed up are left out. */
export async function checkBackups(
  folder: string,
  project: string,
): Promise<Readonly<Record<string, BackupFacts>>> {
  const newest: Record<string, BackupFacts> = {};
  for (const { file, modifiedAt, manifest, proof } of await listBackups(folder)) {
    const about = manifest ?? proof;
    if (about?.project !== project || about.service in newest) continue;
    const takenAt = manifest?.completedAt ?? modifiedAt;
    newest[about.service] = {
      file,
      ageMs: Date.now() - new Date(takenAt).getTime(),
      proof: proof?.level ?? 'none',
    };
  }
  return newest;
}
