import { readdir, readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { OrqError } from '../model/errors.ts';

/** What loading a project needs of the disk. */
export interface FileReader {
  /** Text of a file; undefined when there is no such file. `-` is standard input. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Names of the folders in a folder; empty when it does not exist. */
  readonly folders: (path: string) => Promise<string[]>;
}

/** The real disk. */
export const diskReader: FileReader = { read: readText, folders: listFolders };

async function readText(path: string): Promise<string | undefined> {
  if (path === '-') return await text(process.stdin);
  return await orWhenMissing(readFile(path, 'utf8'), undefined, path);
}

async function listFolders(path: string): Promise<string[]> {
  const entries = await orWhenMissing(readdir(path, { withFileTypes: true }), [], path);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

const missingCodes: readonly unknown[] = ['ENOENT', 'ENOTDIR'];

async function orWhenMissing<T, U>(reading: Promise<T>, otherwise: U, path: string): Promise<T | U> {
  try {
    return await reading;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (missingCodes.includes(code)) return otherwise;
    throw unreadable(path, code, error);
  }
}

const reasons = new Map<unknown, string>([
  ['EACCES', 'Permission denied.'],
  ['EISDIR', 'It is a folder.'],
]);

function unreadable(path: string, code: unknown, cause: unknown): OrqError {
  const detail = reasons.get(code) ?? `The system says ${String(code)}.`;
  return new OrqError({ code: 'FILE_UNREADABLE', message: `${path} cannot be read`, detail, cause });
}
