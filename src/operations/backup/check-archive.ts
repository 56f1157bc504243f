import { ofPostgres, withArchive } from '../../archive/open-archive.ts';
import { checkFiles } from '../../archive/read-files.ts';
import { entryNames } from '../../archive/entry-names.ts';
import type { Manifest } from '../../model/backup.ts';
import { checkCounts, scanDump } from '../../postgres/dump/dump-scan.ts';
import type { OperationContext } from '../context.ts';
import { transferMeter } from './transfer.ts';

/** Reads a whole archive: structure, checksums, complete SQL, rows as the manifest counts them. Throws BACKUP_DAMAGED. */
export function checkArchive(
  { emit, signal }: OperationContext,
  path: string,
  subject: string,
): Promise<Manifest> {
  return withArchive(path, async (archive) => {
    const manifest = ofPostgres(archive.manifest);
    const total = manifest.entries.find(({ name }) => name === entryNames.dump)?.bytes ?? 0;
    const meter = transferMeter(emit, { subject, doing: 'checking', total });
    const scan = scanDump();
    const look = (chunk: Buffer): void => {
      scan.write(chunk);
      meter.add(chunk.length);
    };
    await checkFiles(archive, { name: entryNames.dump, look }, signal);
    checkCounts(scan.finish(), manifest.tables);
    meter.done();
    return manifest;
  });
}
