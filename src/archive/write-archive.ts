import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ZipArchive } from 'archiver';
import { createWriteStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asError } from '../model/errors.ts';
import type { ArchivedFile } from '../model/backup.ts';
import { coalesce } from './coalesce.ts';
import { checksumTap } from './checksum-tap.ts';
import { entryNames } from './entry-names.ts';
import { openZip } from './open-zip.ts';

interface ArchiveFile {
  readonly name: string;
  readonly source: Readable;
  /** Sees the file as it streams by; what it throws fails the archive. */
  readonly look?: (chunk: Buffer) => void;
}

export interface ArchiveSources {
  readonly files: readonly ArchiveFile[];
  /** Text of the manifest, asked for once the files are written. */
  readonly manifest: (files: readonly ArchivedFile[]) => Promise<string>;
}

/**
 * Streams a new archive into a file that only its owner can read, and sees that it is on the disk. Returns the SHA-256 of
 * all that was written.
 */
export async function writeArchive(
  path: string,
  sources: ArchiveSources,
  signal: AbortSignal,
): Promise<string> {
  const zip = await openZip();
  // `flush` has it on the disk before it is closed.
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  const whole = createHash('sha256');
  const summed = new Transform({
    highWaterMark: 1 << 20,
    transform: (chunk: Buffer, _encoding, done) => {
      whole.update(chunk);
      done(null, chunk);
    },
  });
  const written = pipeline(zip, summed, file, { signal });
  const filled = fill(zip, sources).catch((error: unknown) => {
    zip.destroy(asError(error));
    throw error;
  });
  const [result] = await Promise.allSettled([filled, written]);
  if (result.status === 'rejected') throw result.reason;
  await written;
  return whole.digest('hex');
}

async function fill(zip: ZipArchive, { files, manifest }: ArchiveSources): Promise<void> {
  const written: ArchivedFile[] = [];
  const failure = failureOf(zip);
  for (const { name, source, look = () => undefined } of files) {
    const tap = checksumTap(look);
    const added = once(zip, 'entry');
    const fed = pipeline(source, coalesce(), tap.stream);
    // Node's pipeline wants a reader; the archive is one, added before the first byte comes.
    zip.append(tap.stream, { name });
    await Promise.race([Promise.all([fed, added]), failure]);
    written.push(tap.sums(name));
  }
  zip.append(await manifest(written), { name: entryNames.manifest });
  // Of an archive that was closed meanwhile, the end never comes.
  await Promise.race([zip.finalize(), failure]);
}

/** Rejects when the archive fails or is closed before its end. */
function failureOf(zip: ZipArchive): Promise<never> {
  const failure = new Promise<never>((_, reject) => {
    zip.once('error', reject);
    zip.once('close', () => reject(new Error('The archive was closed before its end')));
  });
  failure.catch(() => undefined);
  return failure;
}
