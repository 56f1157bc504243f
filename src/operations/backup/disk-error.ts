import { OrqError } from '../../model/errors.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a file is in its place',
  EEXIST: 'a file is in its place',
  ENOENT: 'it is gone, or a link that leads nowhere',
};

/** An error of the disk in words; any other as it is. */
export function diskError(folder: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = reasons[code];
  if (reason === undefined) return error;
  return new OrqError({
    code: code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'BACKUP_UNREADABLE',
    message: `A backup cannot be written to ${folder}: ${reason}.`,
    hint: code === 'ENOSPC' ? 'orq backup prune --plan' : 'Make the folder writable.',
    cause: error,
  });
}
