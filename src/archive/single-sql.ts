import { Transform, type Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise } from 'yauzl';
import { messageOf } from '../model/errors.ts';
import { damaged } from './damaged.ts';
import { entryNames } from './entry-names.ts';
import { openContent } from './open-content.ts';

/** What a zip file holds: a backup of orq, one `.sql` file as the older program zipped it, or anything else. */
export type ZipContent = 'backup' | 'sql' | 'other';

/** Looks at the names in a zip file. Throws BACKUP_DAMAGED when it is none, or a name leads out of its folder. */
export async function zipContent(path: string): Promise<ZipContent> {
  const entries = await withEntries(path, (found) => Promise.resolve(found));
  if (entries.some(({ fileName }) => fileName === entryNames.manifest)) return 'backup';
  return singleSql(entries) === undefined ? 'other' : 'sql';
}

/** The one `.sql` file of a zip, checked against its CRC at the end; `close` is for when it was read. */
export async function openSingleSql(
  path: string,
): Promise<{ readonly input: Readable; readonly bytes: number; readonly close: () => void }> {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true });
  const entry = singleSql(await readAll(zip));
  if (entry === undefined || entry.isEncrypted())
    throw damaged(path, 'It does not hold one readable .sql file.');
  const input = await openContent(zip, entry);
  const check = crcCheck(path, entry.crc32);
  input.on('error', (error) => check.destroy(error));
  return { input: input.pipe(check), bytes: entry.uncompressedSize, close: () => zip.close() };
}

function singleSql(entries: readonly Entry[]): Entry | undefined {
  const [entry, ...others] = entries;
  return others.length === 0 && entry?.fileName.toLowerCase().endsWith('.sql') === true ? entry : undefined;
}

function crcCheck(path: string, wanted: number): Transform {
  let crc = 0;
  return new Transform({
    highWaterMark: 1 << 20,
    transform: (chunk: Buffer, _encoding, done) => {
      crc = crc32(chunk, crc);
      done(null, chunk);
    },
    flush: (done) => done(crc === wanted ? null : damaged(path, 'Its checksum is wrong.')),
  });
}

type Zip = Awaited<ReturnType<typeof openPromise>>;

async function readAll(zip: Zip): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return entries;
}

async function withEntries<Result>(
  path: string,
  work: (entries: readonly Entry[]) => Promise<Result>,
): Promise<Result> {
  try {
    const zip = await openPromise(path, { autoClose: false, strictFileNames: true });
    try {
      return await work(await readAll(zip));
    } finally {
      zip.close();
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error;
    throw damaged(path, messageOf(error), error);
  }
}
