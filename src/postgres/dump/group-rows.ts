import type { TableRows } from '../../model/backup.ts';
import { tableKey } from './copy-target.ts';

interface RowGroup {
  readonly name: string;
  readonly wanted: number;
  /** Undefined when none of its tables exists. */
  readonly found: number;
}

/**
 * Rows that should be there beside those that were found, partitions summed up under the table that they are parts of:
 * pg_dump may load their rows through it, and a hash of enum values is another in another database.
 */
export function groupRows(
  tables: readonly TableRows[],
  found: ReadonlyMap<string, number>,
): readonly RowGroup[] {
  const groups = new Map<string, { name: string; wanted: number; found: number }>();
  for (const { schema, name, root, rows } of tables) {
    const top = root ?? { schema, name };
    const key = tableKey(top.schema, top.name);
    const group = groups.get(key) ?? {
      name: `${top.schema}.${top.name}`,
      wanted: 0,
      found: root === null ? 0 : (found.get(key) ?? 0),
    };
    group.wanted += rows;
    group.found += found.get(tableKey(schema, name)) ?? 0;
    groups.set(key, group);
  }
  return [...groups.values()];
}
