import { type Readable, Transform } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';

/** Bytes that are unpacked at a time: the default of 16 kB costs more in callbacks than in unpacking. */
const chunkSize = 1 << 18;

/** Contents of an entry, unpacked; more of them than its header tells are an error, so that nothing grows for ever. */
export async function openContent(zip: ZipFile, entry: Entry): Promise<Readable> {
  if (entry.compressionMethod === 0) return zip.openReadStreamPromise(entry);
  const packed = await zip.openReadStreamPromise(entry, { decompress: false });
  const unpacked = createInflateRaw({ chunkSize });
  const bounded = boundedTo(entry.uncompressedSize);
  packed.on('error', (error) => unpacked.destroy(error));
  unpacked.on('error', (error) => bounded.destroy(error));
  bounded.on('close', () => {
    packed.destroy();
    unpacked.destroy();
  });
  return packed.pipe(unpacked).pipe(bounded);
}

function boundedTo(size: number): Transform {
  let bytes = 0;
  return new Transform({
    highWaterMark: 1 << 20,
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      if (bytes > size) done(new Error('It unpacks to more than it tells.'));
      else done(null, chunk);
    },
    flush: (done) => done(bytes === size ? null : new Error('It unpacks to less than it tells.')),
  });
}
