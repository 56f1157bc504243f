import { mkdir, readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OrqError } from '../model/errors.ts';
import { processStartToken } from './process-identity.ts';

const draftName = /^lock\.(?:dead\.)?(\d+)(?:\.\d+)?$/;

/** Makes a state folder that git does not see. */
export async function prepareStateDirectory(directory: string): Promise<void> {
  const created = await mkdir(directory, { recursive: true });
  if (created !== undefined) await writeFile(join(directory, '.gitignore'), '*\n');
}

/** Removes what processes that were killed while they took the lock have left beside it. */
export async function removeDrafts(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  await Promise.all(
    names.map(async (name) => {
      const pid = draftName.exec(name)?.[1];
      if (pid === undefined || (await processStartToken(Number(pid))) !== undefined) return;
      await unlink(join(directory, name)).catch(() => undefined);
    }),
  );
}

/** Says that the state folder cannot be written, where that is the error; throws any other as it is. */
export function unwritable(directory: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = reasons[code];
  if (reason === undefined) throw error;
  throw new OrqError({
    code: 'STATE_UNWRITABLE',
    message: `orq cannot write its folder ${directory}: ${reason}.`,
    detail: 'The lock that keeps two commands from changing a project at once lies there.',
    hint: 'Make the folder writable, or free some space.',
    cause: error,
  });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENOTDIR: 'a file is in its place',
  EEXIST: 'a file is in its place',
};
