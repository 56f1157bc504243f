import { Pool } from 'pg';
import { OrqError } from '../../../model/errors.ts';
import { refusal } from './refusal.ts';

export type Row = Record<string, unknown>;

/** Statements on the platform's database; values are always parameters. */
export interface Query {
  query<Result extends Row>(text: string, values?: readonly unknown[]): Promise<readonly Result[]>;
}

export interface Database extends Query {
  close(): Promise<void>;
}

/** Connects when first used; a server that went away is found again by the next statement. */
export function openDatabase(connectionString: string, onError: (error: Error) => void): Database {
  const pool = new Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 3000,
    idleTimeoutMillis: 30_000,
    query_timeout: 15_000,
    application_name: 'orq-platform',
    options: '-c statement_timeout=10000 -c timezone=UTC',
  });
  pool.on('error', onError);
  const nameOf = statementNames();
  return {
    query: (text, values) => run(pool, { name: nameOf(text), text }, values),
    close: () => pool.end(),
  };
}

async function run<Result extends Row>(
  client: Pool,
  statement: { readonly name: string; readonly text: string },
  values: readonly unknown[] = [],
): Promise<readonly Result[]> {
  try {
    return (await client.query<Result>({ ...statement, values: [...values] })).rows;
  } catch (error) {
    throw refusal(error);
  }
}

/** The server plans a statement with a name once for each connection. There are as many texts as kinds of lists. */
function statementNames(): (text: string) => string {
  const names = new Map<string, string>();
  return (text) => {
    const name = names.get(text) ?? `platform_${names.size}`;
    names.set(text, name);
    return name;
  };
}

/** The only row of an answer. Throws RESOURCE_NOT_FOUND. */
export function only<Result extends Row>(rows: readonly Result[], what: string): Result {
  const [row] = rows;
  if (row !== undefined) return row;
  throw new OrqError({ code: 'RESOURCE_NOT_FOUND', message: `There is no such ${what}.` });
}
