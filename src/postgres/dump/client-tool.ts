import { OrqError } from '../../model/errors.ts';

/** Runs one of PostgreSQL's own programs where the server is, with its version; resolves with its exit code. */
export type ClientTool = (argv: readonly string[], streams: ToolStreams) => Promise<number>;

export interface ToolStreams {
  readonly stdin?: NodeJS.ReadableStream;
  readonly stdout?: NodeJS.WritableStream;
  readonly stderr?: NodeJS.WritableStream;
  /** Command line options of the server's process for this run, beside those of every run. */
  readonly settings?: string;
  readonly signal: AbortSignal;
}

/** Error for a program that ended with something else than 0: POSTGRES_FAILED, or DISK_FULL where the server met that. */
export function toolFailed(program: string, exitCode: number, stderr: string): OrqError {
  return new OrqError({
    code: stderr.includes('No space left on device') ? 'DISK_FULL' : 'POSTGRES_FAILED',
    message: `${program} ended with exit code ${exitCode}.`,
    detail: stderr.trim().split('\n').slice(-8).join('\n'),
  });
}
