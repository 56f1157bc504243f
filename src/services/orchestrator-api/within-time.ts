import { withDeadline } from '../../model/abort.ts';
import { OrqError } from '../../model/errors.ts';

/** Work that ends within a time, and when the API stops. Throws TIMEOUT, CANCELLED. */
export function withinTime<Result>(
  stop: AbortSignal,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return withDeadline(stop, milliseconds, async (signal) => {
    try {
      return await work(signal);
    } catch (cause) {
      if (!signal.aborted) throw cause;
      const late = { code: 'TIMEOUT', message: `That took longer than ${milliseconds / 1000} s.` } as const;
      const ended = { code: 'CANCELLED', message: 'The API is being stopped.' } as const;
      throw new OrqError({ ...(stop.aborted ? ended : late), cause });
    }
  });
}
