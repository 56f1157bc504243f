import { basename } from 'node:path';
import { OrqError } from '../model/errors.ts';

/** Error for a file that is not the backup it should be. */
export function damaged(path: string, detail: string, cause?: unknown): OrqError {
  return new OrqError({
    code: 'BACKUP_DAMAGED',
    message: `${basename(path)} is damaged or is no backup.`,
    detail,
    hint: 'orq backup list shows the others.',
    ...(cause === undefined ? {} : { cause }),
  });
}
