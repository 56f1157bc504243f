import { createReadStream } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { checksumTap } from '../../archive/checksum-tap.ts';
import { damaged } from '../../archive/damaged.ts';
import { type DumpKind, dumpKind } from '../../archive/dump-kind.ts';
import { openSingleSql } from '../../archive/single-sql.ts';
import { childOf } from '../../model/abort.ts';
import { asError, OrqError } from '../../model/errors.ts';
import type { ProvideRoles } from '../../postgres/dump/create-roles.ts';
import { scanDump } from '../../postgres/dump/dump-scan.ts';
import { run, toolName } from '../../postgres/dump/run-dump.ts';
import type { LoadSource } from '../../postgres/dump/run-load.ts';
import type { OperationContext } from '../context.ts';
import type { DatabaseTarget } from './database-target.ts';
import { transferMeter } from './transfer.ts';

type ForeignKind = Exclude<DumpKind, { packing: 'backup' }>;

interface ForeignDump {
  readonly path: string;
  /** Bytes of SQL after which it is given up, as the server's disk could not hold more; undefined when not known. */
  readonly limit?: number | undefined;
  /** Makes the roles that it names and the server lacks; they are left to the server when absent. */
  readonly provideRoles?: ProvideRoles;
}

/**
 * A dump that orq did not make, as plain SQL on its way: a script, also gzipped or zipped, or an archive of pg_dump,
 * which the server's own pg_restore turns into SQL. Throws BACKUP_DAMAGED.
 */
export async function foreignDump(
  context: OperationContext,
  target: DatabaseTarget,
  { path, limit = Number.POSITIVE_INFINITY, provideRoles }: ForeignDump,
): Promise<LoadSource> {
  const kind = await dumpKind(path);
  if (kind.packing === 'backup') throw new Error(`${path} is a backup of orq`);
  const meter = transferMeter(context.emit, { subject: target.service, doing: 'loading' });
  const scan = scanDump({ blankCommands: true });
  let bytes = 0;
  const tap = checksumTap((chunk) => {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(path, limit);
    scan.write(chunk);
    meter.add(chunk.length);
  });
  const flowing = flow(context, target, { kind, path, output: tap.stream });
  flowing.catch((error: unknown) => tap.stream.destroy(asError(error)));
  let provided = 0;
  const prepare = async (): Promise<void> => {
    const named = [...scan.roles].slice(provided);
    if (named.length === 0) return;
    provided += named.length;
    const made = (await provideRoles?.(named)) ?? [];
    if (made.length === 0) return;
    context.emit({
      type: 'note',
      text: `made for the dump, without the right to log in: ${made.join(', ')}`,
    });
  };
  return {
    dump: Readable.from(explained(tap.stream, flowing, prepare)),
    check: () => {
      const { trailer, statements } = scan.finish();
      if (statements === 0) throw damaged(path, 'It holds no statement: what made it has failed, perhaps.');
      if (!trailer && kind.content === 'pg-archive') throw damaged(path, 'Its last line is missing.');
      if (!trailer)
        context.emit({
          type: 'warning',
          text: `${path} does not end as pg_dump ends; orq cannot tell whether it is whole.`,
        });
      meter.done();
    },
  };
}

/** The chunks of a stream, each prepared for; when it breaks, what the work behind it says counts. */
async function* explained(
  stream: Readable,
  work: Promise<void>,
  prepare: () => Promise<void>,
): AsyncGenerator<unknown> {
  try {
    for await (const chunk of stream) {
      await prepare();
      yield chunk;
    }
  } catch (error) {
    await work;
    throw error;
  }
}

interface Flow {
  readonly kind: ForeignKind;
  readonly path: string;
  readonly output: NodeJS.WritableStream;
}

async function flow(
  { signal }: OperationContext,
  target: DatabaseTarget,
  { kind, path, output }: Flow,
): Promise<void> {
  const { stages, close } = await unpacked(kind, path);
  try {
    if (kind.content === 'script') await pipeline([...stages, output], { signal });
    else await convert(target, { stages, output, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof OrqError ? error : damaged(path, asError(error).message, error);
  } finally {
    close();
  }
}

type Stage = Readable | NodeJS.ReadWriteStream;

async function unpacked(
  { packing }: ForeignKind,
  path: string,
): Promise<{ readonly stages: readonly Stage[]; readonly close: () => void }> {
  if (packing === 'zip') {
    const { input, close } = await openSingleSql(path);
    return { stages: [input], close };
  }
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  return { stages: packing === 'gzip' ? [file, createGunzip()] : [file], close: () => file.destroy() };
}

interface Conversion {
  readonly stages: readonly Stage[];
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** pg_restore reads the archive and writes SQL; whichever of the three ends badly ends the others. */
async function convert(target: DatabaseTarget, { stages, output, signal }: Conversion): Promise<void> {
  const child = childOf(signal);
  const [archive, sql] = [new PassThrough(), new PassThrough()];
  const stop = (error: unknown): never => {
    child.abort(error);
    throw error;
  };
  const program = run(target.tool(toolName('load')), ['pg_restore', '--file=-'], {
    stdin: archive,
    stdout: sql,
    signal: child.signal,
  }).then(() => void sql.end());
  try {
    const work = [
      program,
      pipeline([...stages, archive], { signal: child.signal }),
      pipeline([sql, output], { signal: child.signal }),
    ];
    const ended = await Promise.allSettled(work.map((part) => part.catch(stop)));
    const failures = ended.flatMap((part) => (part.status === 'rejected' ? [part.reason] : []));
    const told = failures.find((error) => error instanceof OrqError) ?? failures[0];
    if (told !== undefined) throw told;
  } finally {
    child.release();
  }
}

function tooLarge(path: string, limit: number): OrqError {
  return new OrqError({
    code: 'DISK_FULL',
    message: `${path} unpacks to more than the ${Math.floor(limit / 1_000_000)} MB that are free on the server's disk.`,
    hint: 'Free some space there, or look at what the file really holds.',
  });
}
