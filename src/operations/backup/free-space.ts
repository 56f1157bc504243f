import { statfs } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { OrqError } from '../../model/errors.ts';
import type { Session } from '../../postgres/session.ts';
import type { OperationContext } from '../context.ts';
import type { DatabaseTarget } from './database-target.ts';

/** Bytes that may still be written where a folder of this machine lies. */
export async function freeBytesIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Bytes that may still be written where a server keeps its data; undefined where that cannot be told. */
export async function freeBytesOf(
  { engine, signal }: OperationContext,
  { container }: Pick<DatabaseTarget, 'container'>,
  session: Session,
): Promise<number | undefined> {
  const [row] = await session
    .query<{ folder: string }>("SELECT current_setting('data_directory') AS folder")
    .catch(() => []);
  if (row === undefined) return undefined;
  const chunks: Buffer[] = [];
  const stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  const command = ['df', '-P', '-k', row.folder];
  const code = await engine.exec(container.id, { command, stdout, signal }).catch(() => {
    signal.throwIfAborted();
    return -1;
  });
  const kilobytes = /^\S.*?\s\d+\s+\d+\s+(\d+)\s+\d+%/m.exec(Buffer.concat(chunks).toString('utf8'))?.[1];
  return code === 0 && kilobytes !== undefined ? Number(kilobytes) * 1024 : undefined;
}

/** Throws DISK_FULL when there is less than needed; unknown amounts pass. Bytes. */
export function requireSpace(where: string, needed: number, free: number | undefined): void {
  if (free === undefined || needed <= free) return;
  throw new OrqError({
    code: 'DISK_FULL',
    message: `There is not enough free space ${where}: ${megabytes(needed)} are needed, ${megabytes(free)} are free.`,
    hint: 'Free some space, e.g. look at: orq backup prune --plan',
  });
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}
