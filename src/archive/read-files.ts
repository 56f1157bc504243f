import { type Readable, type Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArchivedFile } from '../model/backup.ts';
import { messageOf, OrqError } from '../model/errors.ts';
import { checksumTap, type Look } from './checksum-tap.ts';
import { damaged } from './damaged.ts';
import type { OpenArchive } from './open-archive.ts';

/** Reads all files of an archive and compares their checksums; `look` sees those of `name`. Throws BACKUP_DAMAGED. */
export async function checkFiles(
  archive: OpenArchive,
  { name, look }: { readonly name: string; readonly look: (chunk: Buffer) => void },
  signal: AbortSignal,
): Promise<void> {
  for (const file of archive.manifest.entries) {
    const nothing = new Writable({ highWaterMark: 1 << 20, write: (_chunk, _encoding, done) => done() });
    const source = await checkedStream(archive, file, file.name === name ? look : () => undefined);
    await pipeline(source.input, source.tap, nothing, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof OrqError) throw error;
      throw damaged(archive.path, messageOf(error), error);
    });
    source.check();
  }
}

export interface CheckedStream {
  readonly input: Readable;
  readonly tap: Transform;
  /** After the end. Throws BACKUP_DAMAGED when the sums are not those of the manifest. */
  readonly check: () => void;
}

/** A file of an archive with a tap that compares its checksums at the end. */
export async function checkedStream(
  archive: OpenArchive,
  file: ArchivedFile,
  look: Look,
): Promise<CheckedStream> {
  const tap = checksumTap(look);
  return {
    input: await archive.stream(file.name),
    tap: tap.stream,
    check: () => {
      const { bytes, crc32, sha256 } = tap.sums(file.name);
      if (bytes !== file.bytes || crc32 !== file.crc32 || sha256 !== file.sha256)
        throw damaged(archive.path, `The checksums of ${file.name} are not those of the manifest.`);
    },
  };
}
