import { PassThrough, type Readable, Writable } from 'node:stream';
import { asError } from '../../model/errors.ts';
import { type ClientTool, toolFailed, type ToolStreams } from './client-tool.ts';
import { conninfo } from './conninfo.ts';

/** Name under which our programs log in, so that they can be found and ended. */
export function toolName(what: string): string {
  return `orq-${what}-${process.pid}`;
}

export interface DumpWish {
  readonly database: string;
  readonly encoding: string;
  readonly snapshot: string;
  readonly signal: AbortSignal;
}

/** Amounts of the type money are written as the session's country writes them, and read so: 1,23 € may become $123. */
const sameMoney = "SET lc_monetary = 'C';\n";
const forDumping = '-c lc_monetary=C';

/**
 * Starts pg_dump on a snapshot. `output` is to be read to its end; `done` rejects with POSTGRES_FAILED when the
 * program fails, and destroys the output then.
 */
export function dumpStream(
  tool: ClientTool,
  { database, encoding, snapshot, signal }: DumpWish,
): { readonly output: Readable; readonly done: Promise<void> } {
  const output = new PassThrough({ highWaterMark: 1 << 20 });
  // `done` tells of a failure, also when nobody reads the output any more.
  output.on('error', () => undefined);
  output.write(sameMoney);
  const argv = [
    'pg_dump',
    '--format=plain',
    // What is in no encoding cannot be turned into one.
    `--encoding=${encoding === 'SQL_ASCII' ? encoding : 'UTF8'}`,
    '--lock-wait-timeout=30s',
    // psql takes a bare name `begin` in the body of a function for the word; newer servers reserve more words.
    '--quote-all-identifiers',
    `--snapshot=${snapshot}`,
    `--dbname=${conninfo(database)}`,
  ];
  const done = run(tool, argv, { stdout: output, settings: forDumping, signal }).then(
    () => void output.end(),
    (error: unknown) => {
      output.destroy(asError(error));
      throw error;
    },
  );
  done.catch(() => undefined);
  return { output, done };
}

/** Roles and tablespaces; a role that may not read the others' passwords gets them without. */
export async function dumpGlobals(tool: ClientTool, signal: AbortSignal): Promise<string> {
  try {
    return await dumpAllGlobals(tool, signal);
  } catch {
    signal.throwIfAborted();
    return textOf(tool, ['pg_dumpall', '--globals-only', '--no-role-passwords'], signal);
  }
}

/** Roles with their passwords, and tablespaces. Throws POSTGRES_FAILED for a role that may not read them. */
export function dumpAllGlobals(tool: ClientTool, signal: AbortSignal): Promise<string> {
  return textOf(tool, ['pg_dumpall', '--globals-only'], signal);
}

async function textOf(tool: ClientTool, argv: readonly string[], signal: AbortSignal): Promise<string> {
  const { stream, text } = collector(Number.POSITIVE_INFINITY);
  await run(tool, argv, { stdout: stream, signal });
  return text();
}

/** Runs a program. Throws POSTGRES_FAILED with the end of its stderr. */
export async function run(
  tool: ClientTool,
  argv: readonly string[],
  streams: Omit<ToolStreams, 'stderr'>,
): Promise<void> {
  const { stream, text } = collector(keptChunks);
  const code = await tool(argv, { ...streams, stderr: stream });
  if (code !== 0) throw toolFailed(argv[0] ?? '', code, text());
}

/** Chunks of stderr that are kept, the newest. */
const keptChunks = 200;

function collector(limit: number): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      if (chunks.length > limit) chunks.shift();
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
