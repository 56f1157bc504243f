import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { AnyManifest, Manifest } from '../model/backup.ts';
import { messageOf, OrqError } from '../model/errors.ts';
import { damaged } from './damaged.ts';
import { entriesOf, entryNames } from './entry-names.ts';
import { parseManifest } from './manifest.ts';
import { openContent } from './open-content.ts';

/** A backup file whose structure is sound; nothing of it is ever written to the disk. */
export interface OpenArchive {
  readonly path: string;
  readonly manifest: AnyManifest;
  /** Contents of one of its files; checksums are the reader's business. */
  stream(name: string): Promise<Readable>;
}

const known: readonly string[] = Object.values(entryNames);
const largestManifest = 64 * 1024 * 1024;

/** Opens a backup, runs `work`, and closes it. Throws BACKUP_DAMAGED. */
export async function withArchive<Result>(
  path: string,
  work: (archive: OpenArchive) => Promise<Result>,
): Promise<Result> {
  const zip = await translated(path, openPromise(path, { autoClose: false, strictFileNames: true }));
  try {
    const entries = await translated(path, readEntries(path, zip));
    const manifest = await translated(path, readManifest(path, zip, entries));
    return await work({ path, manifest, stream: (name) => translated(path, openEntry(zip, entries, name)) });
  } finally {
    zip.close();
  }
}

/** The manifest of a backup of PostgreSQL. Throws BACKUP_INCOMPATIBLE for another's. */
export function ofPostgres(manifest: AnyManifest): Manifest {
  if (manifest.kind === 'postgres') return manifest;
  throw new OrqError({
    code: 'BACKUP_INCOMPATIBLE',
    message: `This is a backup of Redis, of service ${manifest.service}.`,
    hint: `orq restore FILE --service ${manifest.service}`,
  });
}

async function readEntries(path: string, zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    const { fileName } = entry;
    if (!known.includes(fileName)) throw damaged(path, `It holds a file ${JSON.stringify(fileName)}.`);
    if (entries.has(fileName)) throw damaged(path, `It holds ${fileName} twice.`);
    await checkEntry(path, zip, entry);
    entries.set(fileName, entry);
  }
  if (!entries.has(entryNames.manifest)) throw damaged(path, `It has no ${entryNames.manifest}.`);
  return entries;
}

/** Local and central headers must say the same; symbolic links, encryption and other methods are refused. */
async function checkEntry(path: string, zip: ZipFile, entry: Entry): Promise<void> {
  const local = await zip.readLocalFileHeaderPromise(entry);
  const isLink = ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;
  const method = entry.compressionMethod;
  const differs =
    !local.fileName.equals(entry.fileNameRaw) ||
    local.compressionMethod !== method ||
    local.generalPurposeBitFlag !== entry.generalPurposeBitFlag;
  if (isLink || differs || entry.isEncrypted() || (method !== 0 && method !== 8))
    throw damaged(path, `Its entry ${entry.fileName} is not as orq writes it.`);
}

async function readManifest(
  path: string,
  zip: ZipFile,
  entries: ReadonlyMap<string, Entry>,
): Promise<AnyManifest> {
  const size = entries.get(entryNames.manifest)?.uncompressedSize ?? 0;
  if (size > largestManifest) throw damaged(path, 'Its manifest is too large.');
  const chunks: Buffer[] = [];
  for await (const chunk of await openEntry(zip, entries, entryNames.manifest)) chunks.push(chunk);
  const text = Buffer.concat(chunks);
  if (crc32(text) !== entries.get(entryNames.manifest)?.crc32)
    throw damaged(path, 'The checksum of its manifest is wrong.');
  const manifest = parseManifest(text.toString('utf8'));
  if (manifest === undefined) throw damaged(path, 'Its manifest cannot be read.');
  const wanted = [...manifest.entries.map(({ name }) => name), entryNames.manifest];
  if (wanted.join() !== entriesOf[manifest.kind].join() || entries.size !== wanted.length)
    throw damaged(path, 'It does not hold what its manifest tells.');
  for (const file of manifest.entries) {
    const entry = entries.get(file.name);
    if (entry?.uncompressedSize !== file.bytes || entry.crc32 !== Number.parseInt(file.crc32, 16))
      throw damaged(path, `${file.name} has not the size and the checksum that the manifest tells.`);
  }
  return manifest;
}

async function openEntry(zip: ZipFile, entries: ReadonlyMap<string, Entry>, name: string): Promise<Readable> {
  const entry = entries.get(name);
  if (entry === undefined) throw new Error(`No entry ${name}`);
  return openContent(zip, entry);
}

async function translated<Result>(path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof OrqError) throw error;
    if (error instanceof Error && 'syscall' in error)
      throw new OrqError({
        code: 'BACKUP_UNREADABLE',
        message: `${path} cannot be read: ${error.message}`,
        cause: error,
      });
    throw damaged(path, messageOf(error), error);
  }
}
