import { isAbsolute, join, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { OrqError } from '../model/errors.ts';
import type { BackupSummary } from '../model/backup.ts';
import { listBackups, summary } from './backup-folder.ts';

export interface BackupChoice {
  /** Where the project's backups lie. */
  readonly folder: string;
  /** Against which a relative path is resolved. */
  readonly cwd: string;
  /** Path, name in the folder, or its beginning; the newest backup of the service that no restore made when absent. */
  readonly file: string | undefined;
  readonly service: string | undefined;
  readonly project: string;
}

/** The backup that is meant. Throws BACKUP_NOT_FOUND, and USAGE for an empty word, with which every name begins. */
export async function chooseBackup(choice: BackupChoice): Promise<BackupSummary> {
  const { file } = choice;
  if (file === '')
    throw new OrqError({ code: 'USAGE', message: 'No backup has an empty name.', hint: 'orq backup list' });
  return file === undefined ? newest(choice) : ((await byPath(choice, file)) ?? byPrefix(choice, file));
}

async function newest({ folder, service, project }: BackupChoice): Promise<BackupSummary> {
  const own = (await listBackups(folder)).filter(({ manifest, proof }) => {
    const known = manifest ?? proof;
    return known?.project === project && (service === undefined || known.service === service);
  });
  // What a restore replaced is gone back to by name or by undo: the same command twice would swap the two.
  const wanted = own.filter(({ manifest }) => manifest?.reason !== 'pre-restore');
  // Unless a service is named, the database is meant: a copy of Redis often lies beside it.
  const found = wanted.find(({ manifest }) => manifest?.kind !== 'redis') ?? wanted[0] ?? own[0];
  if (found !== undefined) return found;
  throw new OrqError({
    code: 'BACKUP_NOT_FOUND',
    message: `There is no backup of ${service ?? project} in ${folder}.`,
    hint: 'orq backup',
  });
}

async function byPath({ folder, cwd }: BackupChoice, file: string): Promise<BackupSummary | undefined> {
  for (const path of isAbsolute(file) ? [file] : [resolve(cwd, file), join(folder, file)]) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) return summary(path);
  }
  return undefined;
}

async function byPrefix({ folder, cwd }: BackupChoice, prefix: string): Promise<BackupSummary> {
  const matching = (await listBackups(folder)).filter(({ file }) => file.startsWith(prefix));
  const [found, ...others] = matching;
  if (found !== undefined && others.length === 0) return found;
  const isFolder = (await stat(resolve(cwd, prefix)).catch(() => undefined))?.isDirectory() === true;
  const none = isFolder ? `${prefix} is a folder, not a backup.` : `No backup is called ${prefix}.`;
  throw new OrqError({
    code: 'BACKUP_NOT_FOUND',
    message: matching.length === 0 ? none : `More than one backup is called ${prefix}.`,
    detail: matching.map(({ file }) => file).join('\n'),
    hint: 'orq backup list',
  });
}
