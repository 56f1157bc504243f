import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { messageOf, OrqError } from '../model/errors.ts';
import { damaged } from './damaged.ts';
import { zipContent } from './single-sql.ts';

/** How a dump is packed, and what it is inside: a script, or an archive of pg_dump (custom or tar format). */
export type DumpKind =
  | { readonly packing: 'backup' }
  | { readonly packing: 'zip' | 'gzip' | 'none'; readonly content: 'script' | 'pg-archive' };

/** What a file is, by its bytes and not by its name. Throws BACKUP_DAMAGED, BACKUP_UNREADABLE. */
export async function dumpKind(path: string): Promise<DumpKind> {
  try {
    return await recognise(path);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new OrqError({
      code: 'BACKUP_UNREADABLE',
      message: `${path} cannot be read: ${error.message}`,
      hint: 'A dump in directory format is restored with pg_restore.',
      cause: error,
    });
  }
}

async function recognise(path: string): Promise<DumpKind> {
  const head = await firstBytes(path);
  if (head.toString('latin1', 0, 2) === 'PK') {
    const content = await zipContent(path);
    if (content === 'backup') return { packing: 'backup' };
    if (content === 'sql') return { packing: 'zip', content: 'script' };
    throw damaged(path, 'It is a zip file that holds neither a backup of orq nor one .sql file.');
  }
  if (head[0] === 0x1f && head[1] === 0x8b)
    return { packing: 'gzip', content: contentOf(path, await unpackedBytes(path)) };
  return { packing: 'none', content: contentOf(path, head) };
}

/** pg_dump's custom format begins with PGDMP, its tar format with the file toc.dat. */
function contentOf(path: string, head: Buffer): 'script' | 'pg-archive' {
  if (head.toString('latin1', 0, 5) === 'PGDMP') return 'pg-archive';
  if (head.toString('latin1', 0, 8) === 'toc.dat\0') return 'pg-archive';
  if (!head.includes(0)) return 'script';
  throw damaged(path, 'It is neither a backup of orq nor a PostgreSQL dump.');
}

const headLength = 512;

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headLength), 0, headLength, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function unpackedBytes(path: string): Promise<Buffer> {
  const file = createReadStream(path);
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const chunk of file.pipe(unpacked)) {
      if (Buffer.isBuffer(chunk)) return chunk.subarray(0, headLength);
    }
    return Buffer.alloc(0);
  } catch (error) {
    throw damaged(path, messageOf(error), error);
  } finally {
    file.destroy();
    unpacked.destroy();
  }
}
