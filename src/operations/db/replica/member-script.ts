import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OrqError } from '../../../model/errors.ts';

const script = join('database', 'replication', 'member.sh');

/** What starts a server of a replication group, in the role that the group's record gives it. */
export async function memberScript(): Promise<string> {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const text = await readFile(join(folder, script), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
    if (dirname(folder) === folder)
      throw new OrqError({
        code: 'BUG',
        message: `${script} is missing in this installation of orq.`,
        hint: 'Install orq again.',
      });
  }
}
