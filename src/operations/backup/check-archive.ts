import { ofPostgres, withArchive } from '../../archive/open-archive.ts';
import { checkFiles } from '../../archive/read-files.ts';
import { entryNames } from '../../archive/entry-names.ts';
import type { Manifest } from '../../model/backup.ts';
import { checkCounts, scanDump } from '../../postgres/dump/dump-scan.ts';
import type { OperationContext } from '../context.ts';
import { transferMeter } from './transfer.ts';

/** Reads a whole archive: structure, checksums, complete SQL, rows as the manifest counts them. Throws BACKUP_DAMAGED. */
export async function checkArchive(
  context: OperationContext,
  path: string,
  subject: string,
): Promise<Manifest> {
  const scan = scanDump();
  const manifest = await readBack(context, path, { subject, look: (chunk) => scan.write(chunk) });
  checkCounts(scan.finish(), manifest.tables);
  return manifest;
}

/**
 * Reads a whole archive: structure and checksums. That is all there is to prove of one that was just written, as its dump
 * was read and counted on its way there: what has the same SHA-256 is the same. Throws BACKUP_DAMAGED.
 */
export function readBack(
  { emit, signal }: OperationContext,
  path: string,
  { subject, look }: { readonly subject: string; readonly look?: (chunk: Buffer) => void },
): Promise<Manifest> {
  return withArchive(path, async (archive) => {
    const manifest = ofPostgres(archive.manifest);
    const total = manifest.entries.find(({ name }) => name === entryNames.dump)?.bytes ?? 0;
    const meter = transferMeter(emit, { subject, doing: 'checking', total });
    const pass = (chunk: Buffer): void => {
      look?.(chunk);
      meter.add(chunk.length);
    };
    await checkFiles(archive, { name: entryNames.dump, look: pass }, signal);
    meter.done();
    return manifest;
  });
}
