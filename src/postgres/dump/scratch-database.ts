import type { DatabaseFacts } from '../../model/backup.ts';
import { type PostgresAddress, type Session, withSession } from '../session.ts';
import { quoteName, quoteText } from './quote-name.ts';

/** What can only be said of a database when it is made. */
export type Locale = Pick<
  DatabaseFacts,
  'encoding' | 'collate' | 'ctype' | 'localeProvider' | 'locale' | 'localeRules' | 'owner' | 'tablespace'
>;

/**
 * Makes an empty database that nobody but its owner and superusers can enter; in the server's default tablespace where
 * its own is not to be had.
 */
export async function createDatabase(session: Session, name: string, locale: Locale): Promise<void> {
  const [server] = await session.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::int AS version`,
  );
  const place = (await hasTablespace(session, locale.tablespace))
    ? ` TABLESPACE ${quoteName(locale.tablespace ?? '')}`
    : '';
  const options = `${localeOptions(locale, server?.version ?? 0)}${place}`;
  await session.query(
    `CREATE DATABASE ${quoteName(name)} TEMPLATE template0 OWNER ${quoteName(locale.owner)} ${options}`,
  );
  await session.query(`REVOKE ALL ON DATABASE ${quoteName(name)} FROM PUBLIC`);
}

/** Whether a tablespace is there and we may make databases in it; false for none. */
export async function hasTablespace(session: Session, tablespace: string | null): Promise<boolean> {
  const usable = "SELECT 1 FROM pg_tablespace WHERE spcname = $1 AND has_tablespace_privilege(oid, 'CREATE')";
  return tablespace !== null && (await session.query(usable, [tablespace])).length > 0;
}

/** PostgreSQL 15 brought the choice of providers, 16 ICU's rules. */
function localeOptions(locale: Locale, version: number): string {
  const { encoding, collate, ctype, localeProvider } = locale;
  const base = `ENCODING ${quoteText(encoding)} LC_COLLATE ${quoteText(collate)} LC_CTYPE ${quoteText(ctype)}`;
  const name = quoteText(locale.locale ?? '');
  if (version < 150_000) return base;
  if (localeProvider === 'b') return `${base} LOCALE_PROVIDER builtin BUILTIN_LOCALE ${name}`;
  if (localeProvider !== 'i') return `${base} LOCALE_PROVIDER libc`;
  const rules =
    locale.localeRules === null || version < 160_000 ? '' : ` ICU_RULES ${quoteText(locale.localeRules)}`;
  return `${base} LOCALE_PROVIDER icu ICU_LOCALE ${name}${rules}`;
}

/**
 * Removes a database with all who are connected to it and all that would hold it: the mark of a template, and
 * subscriptions, which are let go of without their slots elsewhere being touched.
 */
export async function dropDatabase(session: Session, address: PostgresAddress, name: string): Promise<void> {
  const [found] = await session.query<{ template: boolean; subscriptions: boolean }>(
    `SELECT datistemplate AS template, EXISTS (SELECT 1 FROM pg_subscription s WHERE s.subdbid = d.oid) AS subscriptions
     FROM pg_database d WHERE datname = $1`,
    [name],
  );
  if (found === undefined) return;
  if (found.template) await session.query(`ALTER DATABASE ${quoteName(name)} IS_TEMPLATE false`);
  if (found.subscriptions) await withSession({ ...address, database: name }, dropSubscriptions);
  await endSessions(session, [name]);
  await session.query(`DROP DATABASE IF EXISTS ${quoteName(name)}`);
}

async function dropSubscriptions(session: Session): Promise<void> {
  const subscriptions = await session.query<{ name: string }>(
    'SELECT subname AS name FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
  );
  for (const { name } of subscriptions) {
    const subscription = quoteName(name);
    await session.query(`ALTER SUBSCRIPTION ${subscription} DISABLE`);
    await session.query(`ALTER SUBSCRIPTION ${subscription} SET (slot_name = NONE)`);
    await session.query(`DROP SUBSCRIPTION ${subscription}`);
  }
}

/** Tells every session of some databases to end; by oid, as a rename that is under way shows no name to others. */
export function endSessions(session: Session, databases: readonly string[]): Promise<unknown> {
  return session.query(
    `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_database d ON d.oid = a.datid
     WHERE d.datname = ANY($1) AND a.pid <> pg_backend_pid()`,
    [databases],
  );
}
