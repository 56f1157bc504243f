import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { childOf } from '../../model/abort.ts';
import { OrqError } from '../../model/errors.ts';
import type { ClientTool } from './client-tool.ts';
import { conninfo } from './conninfo.ts';
import { run } from './run-dump.ts';
import { liftNewerLimits } from './session-limits.ts';

/** A dump on its way into a database; `check` is asked before anything is committed, and its throwing rolls back. */
export interface LoadSource {
  readonly dump: Readable;
  readonly check: () => void;
}

/**
 * Loads a plain dump with the server's own psql, as one transaction that is committed only once the whole dump came
 * and was found sound: psql itself takes the end of a broken stream for the end of the script. Throws POSTGRES_FAILED,
 * BACKUP_DAMAGED.
 */
export async function loadDump(
  tool: ClientTool,
  {
    database,
    source,
    signal,
  }: { readonly database: string; readonly source: LoadSource; readonly signal: AbortSignal },
): Promise<void> {
  const child = childOf(signal);
  const stdin = new PassThrough({ highWaterMark: 1 << 20 });
  const argv = [
    'psql',
    '--no-psqlrc',
    '--quiet',
    '--set=ON_ERROR_STOP=1',
    `--dbname=${conninfo(database)}`,
    '--file=-',
  ];
  let broken: unknown;
  let complete = false;
  feed(stdin, source).then(
    () => void (complete = true),
    (error: unknown) => {
      broken = error;
      child.abort(error);
      stdin.destroy();
    },
  );
  try {
    await run(tool, argv, { stdin, signal: child.signal });
    if (!complete) throw new Error('psql left before the dump had ended');
  } catch (error) {
    signal.throwIfAborted();
    if (broken instanceof Error && !isClosed(broken)) throw broken;
    throw error instanceof OrqError
      ? error
      : new OrqError({ code: 'POSTGRES_FAILED', message: 'psql was cut off.', cause: error });
  } finally {
    child.release();
    source.dump.destroy();
    stdin.destroy();
  }
}

async function feed(stdin: PassThrough, { dump, check }: LoadSource): Promise<void> {
  stdin.write(`${liftNewerLimits};\nBEGIN;\n`);
  for await (const chunk of dump) if (!stdin.write(chunk)) await once(stdin, 'drain');
  check();
  stdin.end('\nCOMMIT;\n');
}

/** psql left first: then its own words count. */
function isClosed(error: Error): boolean {
  return (
    'code' in error && (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ERR_STREAM_DESTROYED')
  );
}
