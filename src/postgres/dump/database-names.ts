import { createHash } from 'node:crypto';
import type { Session } from '../session.ts';

/** PostgreSQL cuts names at this many bytes. */
const longestName = 63;
const keptMark = '_orq_old_';
const stampLength = 'YYYYMMDD_HHMMSSmmm'.length;

/** Name of the database into which backups of another are loaded: always the same, so that leftovers are found. */
export function scratchName(database: string): string {
  const start = 'orq_restore_';
  return `${start}${fitted(database, longestName - start.length)}`;
}

/** Name under which a replaced database is kept: to the millisecond, since a restore may be undone within a second. */
export function keptName(database: string, at: Date): string {
  return `${keptStart(database)}${stamp(at)}`;
}

/** `YYYYMMDD_HHMMSSmmm`, UTC. */
function stamp(at: Date): string {
  return at
    .toISOString()
    .replaceAll(/[-:.Z]/g, '')
    .replace('T', '_');
}

function keptStart(database: string): string {
  return `${fitted(database, longestName - keptMark.length - stampLength)}${keptMark}`;
}

/** Whether orq made a database for itself: to load into, as a snapshot, or by putting it aside in a restore. */
export function isMadeByOrq(database: string): boolean {
  return /^orq_(restore|snapshot)_|_orq_old_\d{8}_\d{9}$/.test(database);
}

/** Databases kept after restores of another, the newest first. */
export async function keptDatabases(session: Session, database: string): Promise<readonly string[]> {
  const start = keptStart(database);
  const rows = await session.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database
     WHERE left(datname, $2) = $1 AND substr(datname, $2 + 1) ~ '^\\d{8}_\\d{9}$' ORDER BY 1 DESC`,
    [start, [...start].length],
  );
  return rows.map(({ name }) => name);
}

const longestKeptMs = 24 * 3600 * 1000;
const mostKept = 3;

/** Of kept databases, the newest first, those that go: the fourth and later, and all but the newest after a day. */
export function outdated(kept: readonly string[], now: Date): readonly string[] {
  const oldest = stamp(new Date(now.getTime() - longestKeptMs));
  return kept.filter((name, index) => index >= mostKept || (index > 0 && name.slice(-stampLength) < oldest));
}

/** The name itself where it fits; else its beginning and a hash of all of it, so that no two become one. */
export function fitted(name: string, length: number): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= length) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const start = new TextDecoder().decode(bytes.subarray(0, length - hash.length - 1));
  return `${start.replace(/\uFFFD+$/, '')}_${hash}`;
}
