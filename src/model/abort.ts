/**
 * Bounded work. Node 20's `AbortSignal.any` and `AbortSignal.timeout` hold their parts weakly, so that a bound may be
 * collected before it strikes; these hold on to them.
 */

/** Reason with which {@link withDeadline} aborts when the time is up. */
const timeIsUp = Symbol('time is up');

/** Runs work under a signal that also aborts after so many milliseconds (reason {@link timeIsUp}). */
export async function withDeadline<Result>(
  signal: AbortSignal | undefined,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const child = childOf(signal);
  const timer = setTimeout(() => child.abort(timeIsUp), milliseconds);
  try {
    return await work(child.signal);
  } finally {
    clearTimeout(timer);
    child.release();
  }
}

export interface ChildAbort {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** Lets go of the parent. */
  release(): void;
}

/** A controller whose signal aborts with its parent, or on its own. */
export function childOf(parent: AbortSignal | undefined): ChildAbort {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent?.reason);
  if (parent?.aborted === true) follow();
  parent?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => parent?.removeEventListener('abort', follow),
  };
}

/** The work, or the rejection with the signal's reason when that aborts first: for work that does not listen. */
export async function untilAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
