import { setTimeout as delay } from 'node:timers/promises';
import { childOf } from '../../model/abort.ts';
import { OrqError } from '../../model/errors.ts';
import type { Session } from '../../postgres/session.ts';
import type { OperationContext } from '../context.ts';
import type { DatabaseTarget } from './database-target.ts';
import { freeBytesOf } from './free-space.ts';

const everyMs = 500;
/** Bytes that are left free: a server whose log cannot grow stops, and takes what it serves with it. */
const reserve = 256 * 1024 * 1024;
/** So many times the size of what is loaded, with its log and its sorting, is no danger. */
const plenty = 4;

/**
 * Runs `work` and stops it before it fills the disk of the server that it loads into. On a disk that has little room to
 * begin with half of that is left. Throws DISK_FULL.
 */
export async function withSpaceWatch<Result>(
  context: OperationContext,
  {
    target,
    maintenance,
    expected,
    freeBytes,
  }: {
    readonly target: DatabaseTarget;
    readonly maintenance: Session;
    /** Bytes that the loaded database will have; undefined when not known. */
    readonly expected: number | undefined;
    /** What was free just now; looked up when absent. */
    readonly freeBytes?: number | undefined;
  },
  work: (context: OperationContext) => Promise<Result>,
): Promise<Result> {
  const free = freeBytes ?? (await freeBytesOf(context, target, maintenance));
  if (free === undefined || (expected !== undefined && free > plenty * expected + 4 * reserve))
    return work(context);
  const least = Math.min(reserve, free / 2);
  const child = childOf(context.signal);
  const watched = { ...context, signal: child.signal };
  let full: OrqError | undefined;
  let working = true;
  const watching = (async () => {
    while (working) {
      const left = await freeBytesOf(watched, target, maintenance);
      if (left !== undefined && left < least) {
        full = diskFull(left);
        child.abort(full);
        return;
      }
      await delay(everyMs, undefined, { signal: child.signal });
    }
  })();
  watching.catch(() => undefined);
  try {
    return await work(watched);
  } catch (error) {
    context.signal.throwIfAborted();
    throw full ?? error;
  } finally {
    working = false;
    child.abort();
    child.release();
    await watching.catch(() => undefined);
  }
}

function diskFull(left: number): OrqError {
  return new OrqError({
    code: 'DISK_FULL',
    message: `Loading was stopped: only ${Math.floor(left / 1_000_000)} MB are left where the server keeps its data.`,
    detail: 'A server whose disk is full stops altogether; what was loaded so far is removed again.',
    hint: 'Free some space, or give the server a larger disk.',
  });
}
