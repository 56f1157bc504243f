import type { ZipArchive } from 'archiver';
import { crc32 } from 'node:zlib';

/**
 * An archiver for a new file. It sums what it packs with crc-32, in JavaScript, which costs more than packing itself and
 * is all in the way of what else this process does; it is given Node's own to do it with, the same sum.
 */
export async function openZip(): Promise<ZipArchive> {
  const [archiver, { default: sums }] = await Promise.all([import('archiver'), import('crc-32')]);
  // Signed, as it is there; what it is given first is no number, and stands for zero.
  const buf = (bytes: Uint8Array, before: unknown): number => crc32(bytes, Number(before) >>> 0) | 0;
  Object.assign(sums, { buf });
  return new archiver.ZipArchive({ forceZip64: true, zlib: { level: 1 } });
}
