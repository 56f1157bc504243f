import type { DatabaseInfo } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';

/** What became of the wish for a database. */
export interface Creation {
  readonly database: DatabaseInfo;
  /** False when it was there already. */
  readonly created: boolean;
}

/** One option that is not as it is asked for; undefined when it is. */
export function difference(what: string, is: string, wanted: string): string | undefined {
  return is === wanted ? undefined : `${what}: it has ${is || 'none'}, ${wanted || 'none'} is asked for`;
}

/** Error for a database that is there and is not as it is asked for. */
export function otherOptions(id: string, differences: readonly string[]): OrqError {
  return new OrqError({
    code: 'DATABASE_EXISTS',
    message: `The project ${id} has a database that was made with other options. Nothing was changed.`,
    detail: differences.join('\n'),
    hint: `orq db get ${id} shows it; orq db create ${id} with the options that it has uses it.`,
  });
}
