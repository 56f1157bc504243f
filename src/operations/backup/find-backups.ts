import { listBackups } from '../../archive/backup-folder.ts';
import { chooseBackup } from '../../archive/choose-backup.ts';
import type { BackupSummary } from '../../model/backup.ts';
import type { Project } from '../../model/project.ts';
import { backupFolder } from './database-target.ts';

/** Backups of some projects, and files in their folders that cannot be told whose they are. */
export async function findBackups(
  projects: readonly Project[],
  service: string | undefined,
): Promise<readonly BackupSummary[]> {
  const names = projects.map(({ name }) => name);
  const folders = [...new Set(projects.map(backupFolder))];
  const all = (await Promise.all(folders.map(listBackups))).flat();
  return all.filter(
    ({ manifest }) =>
      manifest === undefined ||
      (names.includes(manifest.project) && (service === undefined || manifest.service === service)),
  );
}

/** The backup that is meant by a word, or the newest. Throws BACKUP_NOT_FOUND. */
export function chosenBackup(
  project: Project,
  wanted: { readonly file: string | undefined; readonly service: string | undefined; readonly cwd: string },
): Promise<BackupSummary> {
  return chooseBackup({ folder: backupFolder(project), project: project.name, ...wanted });
}
