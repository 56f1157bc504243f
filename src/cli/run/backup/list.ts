import type { BackupSummary } from '../../../model/backup.ts';
import { OrqError } from '../../../model/errors.ts';
import { backupListText, backupShowText } from '../../../output/backup-text.ts';
import { jsonDocument } from '../../../output/json-document.ts';
import { openConsole } from '../../console.ts';
import { exitCodes } from '../../runtime.ts';
import type { BackupWork } from '../backup.ts';

/** Runs `orq backup list`; needs no engine. */
export async function runList({ runtime, flags, projects }: BackupWork): Promise<number> {
  const { findBackups } = await import('../../../operations/backup/find-backups.ts');
  const backups = await findBackups(projects, flags.service);
  const console = openConsole(runtime, flags);
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'backup list', backups: backups.map(briefBackup) }),
    text: () => backupListText(backups, { paint: console.paint, width: console.width, now: new Date() }),
  });
  return exitCodes.done;
}

/** A backup as documents list it: without where it lies and without the rows of each table. */
export function briefBackup({ manifest, path: _path, ...rest }: BackupSummary): object {
  if (manifest === undefined) return rest;
  const { kind, service, project, completedAt, name, reason, seq } = manifest;
  const own =
    manifest.kind === 'redis'
      ? { serverVersion: manifest.serverVersion }
      : { database: manifest.database, pgDumpVersion: manifest.pgDumpVersion };
  return { ...rest, kind, service, project, completedAt, name, reason, seq, ...own };
}

/** Runs `orq backup show`; needs no engine. */
export async function runShow({ runtime, flags, projects, file }: BackupWork): Promise<number> {
  const [project] = projects;
  if (project === undefined) throw new OrqError({ code: 'USAGE', message: 'There is no project here.' });
  const { chosenBackup } = await import('../../../operations/backup/find-backups.ts');
  const backup = await chosenBackup(project, { file, service: flags.service, cwd: runtime.cwd });
  const console = openConsole(runtime, flags);
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'backup show', ...briefBackup(backup), manifest: backup.manifest }),
    text: () => backupShowText(backup, console.paint, console.width),
  });
  return exitCodes.done;
}
