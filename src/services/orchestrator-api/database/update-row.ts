import { OrqError } from '../../../model/errors.ts';
import type { Query } from './database.ts';

export interface RowChange {
  /** One of our tables. */
  readonly table: 'users' | 'images' | 'billings';
  readonly id: number;
  /** Version that the client has seen. */
  readonly version: number;
  /** Column → new value; columns are ours. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Changes a row that is still as the client saw it. Throws VERSION_CONFLICT, RESOURCE_NOT_FOUND. */
export async function updateRow(query: Query, { table, id, version, values }: RowChange): Promise<void> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const set = given.map(([column], index) => `${column} = $${index + 3}`);
  const changed = await query.query(
    `UPDATE ${table} SET ${[...set, 'version = version + 1'].join(', ')} WHERE id = $1 AND version = $2 RETURNING id`,
    [id, version, ...given.map(([, value]) => value)],
  );
  if (changed.length === 0) throw await whyNot(query, table, id);
}

async function whyNot(query: Query, table: string, id: number): Promise<OrqError> {
  const [row] = await query.query<{ version: number }>(`SELECT version FROM ${table} WHERE id = $1`, [id]);
  if (row === undefined)
    return new OrqError({ code: 'RESOURCE_NOT_FOUND', message: 'There is no such row.' });
  return new OrqError({
    code: 'VERSION_CONFLICT',
    message: 'Somebody else has changed it meanwhile.',
    detail: `It is at version ${row.version}.`,
    hint: 'Read it again, then change it.',
  });
}
