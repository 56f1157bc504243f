import { link, rm, writeFile } from 'node:fs/promises';
import { isErrno, readJson } from '../store/json-file.ts';
import { isIdentity, type ProcessIdentity } from '../store/record.ts';
import { lives } from '../identity.ts';

const attempts = 3;

/** Makes this process the one supervisor of a container; false when another one lives. */
export async function claimSupervision(path: string, self: ProcessIdentity): Promise<boolean> {
  const draft = `${path}.${self.pid}`;
  await writeFile(draft, JSON.stringify(self), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (await tryLink(draft, path)) return true;
      if (await lives(await readJson(path, isIdentity))) return false;
      await rm(path, { force: true });
    }
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}
