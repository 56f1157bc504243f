import { isAbsolute, join, resolve } from 'node:path';
import type { Report } from '../problems.ts';

/** What a short form needs to know of the file that it stands in. */
export interface Surroundings {
  /** Relative paths start here. */
  readonly directory: string;
  /** What `~` means; absent where the environment does not say. */
  readonly home: string | undefined;
  readonly report: Report;
}

/** An absolute path for one written in a Compose file. */
export function resolvePath(path: string, { directory, home }: Surroundings): string {
  if (home !== undefined && (path === '~' || path.startsWith('~/'))) return join(home, path.slice(1));
  return isAbsolute(path) ? path : resolve(directory, path);
}
