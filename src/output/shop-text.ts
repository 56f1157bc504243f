import { table } from './table.ts';

/** What an operation of the shop found or did. */
export interface ShopResult {
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  readonly text?: string;
}

/** Rows of the shop: one as a list of its fields, several as a table. */
export function shopText({ rows, text }: ShopResult, width: number): string {
  const [first, ...others] = rows;
  const said = text === undefined ? [] : [text];
  if (first === undefined) return said.join('\n');
  const names = Object.keys(first);
  if (others.length === 0) {
    const longest = Math.max(...names.map((name) => name.length));
    return [...names.map((name) => `${name.padEnd(longest)}  ${first[name] ?? ''}`), ...said].join('\n');
  }
  const columns = names.map((name) => ({
    title: name.toUpperCase(),
    value: (row: ShopResult['rows'][number]) => String(row[name] ?? ''),
  }));
  return [table(rows, columns, width), ...said].join('\n');
}
