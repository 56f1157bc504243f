import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { crc32 } from 'node:zlib';
import { asError } from '../model/errors.ts';
import type { ArchivedFile } from '../model/backup.ts';

/** A stream that passes bytes on and knows their sums at its end. */
export interface ChecksumTap {
  readonly stream: Transform;
  /** To be asked once the stream has ended. */
  sums(name: string): ArchivedFile;
}

/** Sees each chunk once it is summed; what it throws fails the stream, what it changes or returns instead is passed on. */
export type Look = (chunk: Buffer) => Buffer | void;

/** Sums what passes through it: SHA-256, CRC-32 and bytes. What `look` throws fails the stream. */
export function checksumTap(look: Look): ChecksumTap {
  const hash = createHash('sha256');
  let crc = 0;
  let bytes = 0;
  const stream = new Transform({
    highWaterMark: 1 << 20,
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      try {
        done(null, look(chunk) ?? chunk);
      } catch (error) {
        done(asError(error));
      }
    },
  });
  return {
    stream,
    sums: (name) => ({ name, bytes, crc32: crc.toString(16).padStart(8, '0'), sha256: hash.digest('hex') }),
  };
}
