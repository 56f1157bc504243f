import { z } from 'zod';
import type { Snapshot } from '../../model/snapshot.ts';
import { fitted } from '../dump/database-names.ts';
import type { DatabaseProperties } from '../dump/database-properties.ts';
import { quoteName, quoteText } from '../dump/quote-name.ts';
import type { Session } from '../session.ts';

const start = 'orq_snapshot_';
const longestName = 63;

/** What a snapshot says of itself, in the comment of its database. */
const label = z.object({
  orq: z.literal('snapshot'),
  database: z.string(),
  name: z.string(),
  at: z.string(),
  properties: z.object({
    owner: z.string(),
    acl: z.array(z.string()).nullable(),
    settings: z.array(z.string()),
    roleSettings: z.array(z.object({ role: z.string(), setting: z.string() })),
    comment: z.string().nullable(),
    connectionLimit: z.number(),
    isTemplate: z.boolean(),
  }),
});

/** A snapshot with what its copy has to become again. */
export interface KnownSnapshot extends Snapshot {
  /** Name of the database that holds it. */
  readonly holder: string;
  readonly properties: DatabaseProperties;
}

/** Name of the database that holds a snapshot of another. */
export function holderName(database: string, name: string): string {
  return `${start}${fitted(`${database}_${name}`, longestName - start.length)}`;
}

/**
 * Makes a copy a snapshot: it says of itself what it is, and nobody can enter, own or drop it but who made it. A copy
 * that was cut off before is none.
 */
export async function sealSnapshot(
  session: Session,
  { holder, database, name, properties }: Pick<KnownSnapshot, 'holder' | 'database' | 'name' | 'properties'>,
): Promise<void> {
  const quoted = quoteName(holder);
  const { owner, acl, settings, roleSettings, comment, connectionLimit, isTemplate } = properties;
  const text = JSON.stringify({
    orq: 'snapshot',
    database,
    name,
    at: new Date().toISOString(),
    properties: { owner, acl, settings, roleSettings, comment, connectionLimit, isTemplate },
  });
  await session.query(`REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`);
  await session.query(`ALTER DATABASE ${quoted} ALLOW_CONNECTIONS false`);
  await session.query(`COMMENT ON DATABASE ${quoted} IS ${quoteText(text)}`);
}

/** Snapshots of a database, the newest first. */
export async function listSnapshots(session: Session, database: string): Promise<readonly KnownSnapshot[]> {
  const rows = await session.query<{ holder: string; text: string | null; bytes: number }>(
    `SELECT datname AS holder, shobj_description(oid, 'pg_database') AS text, pg_database_size(oid)::float8 AS bytes
     FROM pg_database WHERE left(datname, $2) = $1`,
    [start, start.length],
  );
  return rows
    .flatMap(({ holder, text, bytes }) => {
      const found = parsed(text);
      if (found === undefined || found.database !== database) return [];
      const { name, at, properties } = found;
      return [{ holder, database, name, at, bytes, properties }];
    })
    .sort((a, b) => b.at.localeCompare(a.at));
}

function parsed(text: string | null): z.infer<typeof label> | undefined {
  try {
    return label.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}
