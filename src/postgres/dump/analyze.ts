import type { Session } from '../session.ts';

/** Where there are tables above foreign ones, all others: theirs would be asked of servers that may not be there. */
const withoutForeign = `
  WITH RECURSIVE above AS (
    SELECT i.inhparent AS oid FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind = 'f'
    UNION SELECT i.inhparent FROM pg_inherits i JOIN above a ON a.oid = i.inhrelid)
  SELECT c.oid::regclass::text AS name FROM pg_class c
  WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't' AND NOT c.relisshared
    AND EXISTS (SELECT FROM above) AND c.oid NOT IN (SELECT oid FROM above)`;

/** Collects the statistics of a loaded database, from what lies in it only. */
export async function analyze(session: Session): Promise<void> {
  const names = (await session.query<{ name: string }>(withoutForeign)).map(({ name }) => name);
  await session.query(['ANALYZE', names.join(', ')].join(' '));
}
