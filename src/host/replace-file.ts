import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a file whole or not at all; of several who do so at once, one process or more, the last one's stays. */
export async function replaceFile(
  path: string,
  text: string,
  options: { readonly mode?: number; readonly flush?: boolean } = {},
): Promise<void> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(draft, text, options);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
