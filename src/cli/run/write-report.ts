import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, OrqError } from '../../model/errors.ts';

/** Writes a diagnosis into the project's reports, and to `output` when that is named. */
export async function writeReport(
  stateDirectory: string,
  {
    document,
    vnm,
    output,
  }: { readonly document: string; readonly vnm: boolean; readonly output: string | undefined },
): Promise<void> {
  const time = new Date().toISOString().replace(/[-:]/g, '').replace('T', '_').slice(0, 15);
  const name = `${vnm ? 'diagnostico' : 'diagnose'}_${time}.json`;
  await write(join(stateDirectory, 'reports', name), document).catch(() => undefined);
  if (output !== undefined) await writeText(output, document);
}

/** Writes a file that the user named. Throws FILE_UNWRITABLE. */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await write(path, text);
  } catch (error) {
    throw new OrqError({
      code: 'FILE_UNWRITABLE',
      message: `The report cannot be written to ${path}.`,
      detail: messageOf(error),
      cause: error,
    });
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  try {
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
