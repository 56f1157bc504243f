import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, OrqError } from '../model/errors.ts';
import { composeFileNames } from '../project/find-project.ts';
import { diskReader } from '../project/read-files.ts';
import { starterFile } from '../project/write/starter-file.ts';

export interface InitReport {
  /** Compose file of the folder. */
  readonly file: string;
  /** False where there was one already, which is left alone. */
  readonly written: boolean;
}

/** What `init` would do in a folder. */
export async function planInit(directory: string): Promise<InitReport> {
  for (const name of composeFileNames) {
    const file = join(directory, name);
    if ((await diskReader.read(file)) !== undefined) return { file, written: false };
  }
  return { file: join(directory, 'compose.yaml'), written: true };
}

/** Writes a Compose file into a folder that has none. Throws FILE_UNWRITABLE where the folder is missing or closed. */
export async function init(directory: string): Promise<InitReport> {
  const report = await planInit(directory);
  if (report.written) await writeNew(report.file);
  return report;
}

async function writeNew(file: string): Promise<void> {
  try {
    // Fails where somebody else has made the file meanwhile.
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(starterFile);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new OrqError({
      code: 'FILE_UNWRITABLE',
      message: `${file} cannot be written.`,
      detail: messageOf(error),
      hint: 'Run orq init in a folder of yours, or name one: orq init -C DIR',
      cause: error,
    });
  }
}
