import { z } from 'zod';
import type { Database, Row } from './database.ts';

/** A table as lists read it. Names are ours, never a client's. */
export interface ListSource {
  /** `FROM …` with joins. */
  readonly from: string;
  /** Select list. */
  readonly columns: string;
  /** Name a client sorts and filters by → SQL expression. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Query of every list: pages from 1, `sort=-created_at`, and filters by equality. */
export function listQuery<Filters extends z.ZodRawShape>(
  sorts: readonly [string, ...string[]],
  filters: Filters,
) {
  const words = sorts.flatMap((name) => [name, `-${name}`]);
  return z.object({
    page: z.coerce.number().int().min(1).max(100_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(100).default(20),
    sort: z.enum([words[0] ?? 'id', ...words.slice(1)]).default(words[0] ?? 'id'),
    ...filters,
  });
}

export interface ListWish {
  readonly page: number;
  readonly pageSize: number;
  readonly sort: string;
  /** Field → value; undefined does not filter. */
  readonly filters: Readonly<Record<string, unknown>>;
}

/** Answer of every list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    total: z.number().int(),
    page: z.number().int(),
    pageSize: z.number().int(),
  });
}

export interface Page<Item> {
  items: Item[];
  total: number;
  page: number;
  pageSize: number;
}

/** One page of a table; the id decides between equals, so that pages do not overlap. */
export async function readPage<Item extends Row>(
  database: Database,
  source: ListSource,
  { page, pageSize, sort, filters }: ListWish,
): Promise<Page<Item>> {
  const wanted = Object.entries(filters).flatMap(([name, value]) => {
    const field = source.fields[name];
    return value === undefined || field === undefined ? [] : [{ field, value }];
  });
  const where = wanted.map(({ field }, index) => `${field} = $${index + 1}`).join(' AND ');
  const values = wanted.map(({ value }) => value);
  const tail = where === '' ? '' : ` WHERE ${where}`;
  const [order, id] = [source.fields[sort.replace(/^-/, '')] ?? '', source.fields['id'] ?? 'id'];
  const direction = sort.startsWith('-') ? 'DESC' : 'ASC';
  const limit = `LIMIT $${values.length + 1} OFFSET $${values.length + 2}`;
  const [items, counts] = await Promise.all([
    database.query<Item>(
      `SELECT ${source.columns} ${source.from}${tail} ORDER BY ${order} ${direction}, ${id} ${direction} ${limit}`,
      [...values, pageSize, (page - 1) * pageSize],
    ),
    database.query<{ total: number }>(`SELECT count(*)::int AS total ${source.from}${tail}`, values),
  ]);
  return { items: [...items], total: counts[0]?.total ?? 0, page, pageSize };
}

/** SQL of a timestamp without zone as ISO 8601; the server's clock is UTC. */
export function isoTime(column: string, name: string): string {
  return `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ${name}`;
}
