import { z } from 'zod';
import { fitted, scratchName } from './dump/database-names.ts';
import { applyProperties } from './dump/database-properties.ts';
import { readProperties } from './dump/facts.ts';
import { quoteName } from './dump/quote-name.ts';
import { dropDatabase } from './dump/scratch-database.ts';
import type { PostgresAddress, Session } from './session.ts';
import { copyDatabase } from './snapshot/copy-database.ts';

const longestName = 63;

/** What a branch says of itself, in the comment of its database. */
const label = z.object({
  orq: z.literal('branch'),
  of: z.string(),
  name: z.string(),
  at: z.string(),
  expiresAt: z.string().nullable(),
});

/** A branch as its server knows it. */
export interface KnownBranch {
  readonly name: string;
  readonly database: string;
  readonly at: string;
  readonly expiresAt: string | null;
  readonly sizeBytes: number;
}

export interface BranchWish {
  /** The database that is copied. */
  readonly of: string;
  readonly name: string;
  readonly expiresAt: string | null;
  /** Milliseconds that sessions at work in the database get to finish. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** Name of the database of a branch. */
export function branchDatabase(of: string, name: string): string {
  return fitted(`${of}_branch_${name.replaceAll('-', '_')}`, longestName);
}

/**
 * Copies a database inside its server. The copy belongs to the same role, with the same rights and settings, and gets
 * its name once all of that is so: until then it is a scratch database, which the next who locks the original removes.
 * `helper` ends sessions meanwhile.
 */
export async function makeBranch(
  session: Session,
  helper: Session,
  { of, name, expiresAt, patienceMs, signal }: BranchWish,
): Promise<void> {
  const copy = scratchName(of);
  const quoted = quoteName(copy);
  const properties = await readProperties(session, of);
  await copyDatabase(session, helper, { from: of, to: copy, patienceMs, signal });
  await session.query(`ALTER DATABASE ${quoted} OWNER TO ${quoteName(properties.owner)}`);
  await session.query(`REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`);
  const text = JSON.stringify({ orq: 'branch', of, name, at: new Date().toISOString(), expiresAt });
  await applyProperties(session, copy, { ...properties, comment: text, isTemplate: false });
  await session.query(`ALTER DATABASE ${quoted} RENAME TO ${quoteName(branchDatabase(of, name))}`);
}

/** Branches of a database, in the order of their names; what a killed command has left of one is none. */
export async function listBranches(session: Session, of: string): Promise<readonly KnownBranch[]> {
  const rows = await session.query<{ database: string; text: string | null; sizeBytes: number }>(
    `SELECT datname AS database, shobj_description(oid, 'pg_database') AS text,
       pg_database_size(oid)::float8 AS "sizeBytes"
     FROM pg_database WHERE shobj_description(oid, 'pg_database') LIKE '{"orq":"branch"%' ORDER BY 1`,
  );
  return rows.flatMap(({ database, text, sizeBytes }) => {
    const found = parsed(text);
    if (found?.of !== of || database !== branchDatabase(of, found.name)) return [];
    const { name, at, expiresAt } = found;
    return [{ name, at, expiresAt, database, sizeBytes }];
  });
}

/** Removes the database of a branch, with all who are connected to it. */
export function dropBranch(session: Session, address: PostgresAddress, name: string): Promise<void> {
  return dropDatabase(session, address, branchDatabase(address.database, name));
}

function parsed(text: string | null): z.infer<typeof label> | undefined {
  try {
    return label.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}
