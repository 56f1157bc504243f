import type { Manifest } from '../../model/backup.ts';
import { OrqError } from '../../model/errors.ts';
import { quoteName } from '../../postgres/dump/quote-name.ts';
import type { Session } from '../../postgres/session.ts';

interface ServerFacts extends Record<string, unknown> {
  readonly version: number;
  readonly extensions: readonly string[];
  readonly tablespaces: readonly string[];
  readonly user: string;
  readonly superuser: boolean;
  readonly creates: boolean;
}

/** Says what a server lacks for a backup before anything is touched. Throws BACKUP_INCOMPATIBLE. */
export async function refuseIncompatible(session: Session, manifest: Manifest): Promise<void> {
  const server = await serverFacts(session);
  const major = majorOf(server.version);
  if (majorOf(manifest.serverVersionNum) > major)
    throw incompatible(
      `It is of PostgreSQL ${majorOf(manifest.serverVersionNum)}, and the server is ${major}.`,
    );
  if (manifest.localeProvider === 'b' && major < 17)
    throw incompatible(`Its locale provider, builtin, came with PostgreSQL 17; the server is ${major}.`);
  if (manifest.localeProvider === 'i' && major < 15)
    throw incompatible(
      `ICU as the locale provider of a database came with PostgreSQL 15; the server is ${major}.`,
    );
  const missing = manifest.extensions.filter(({ name }) => !server.extensions.includes(name));
  if (missing.length > 0)
    throw incompatible(`The server lacks extensions: ${missing.map(({ name }) => name).join(', ')}.`);
  const places = manifest.tablespaces.filter((name) => !server.tablespaces.includes(name));
  if (places.length > 0)
    throw incompatible(
      `The server lacks tablespaces: ${places.join(', ')}.`,
      `In orq psql: CREATE TABLESPACE ${quoteName(places[0] ?? '')} LOCATION '/an/empty/folder/of/the/server';`,
    );
}

/** Throws PRIVILEGE_MISSING when we may not create a database that belongs to a role. */
export async function requireRights(session: Session, owner: string): Promise<void> {
  const { user, superuser, creates } = await serverFacts(session);
  if (superuser) return;
  const [member] = await session.query<{ member: boolean }>(
    "SELECT pg_has_role(oid, 'MEMBER') AS member FROM pg_roles WHERE rolname = $1",
    [owner],
  );
  const lacking = creates ? `is no member of ${owner}, whose database it is` : 'may not create databases';
  if (creates && member?.member === true) return;
  throw new OrqError({
    code: 'PRIVILEGE_MISSING',
    message: `Role ${user} ${lacking}: a backup is loaded into a database of its own first.`,
    hint: 'Name a superuser in the Compose file: x-orq: { probe: { kind: postgres, user: …, … } }',
  });
}

/** Throws DATABASE_HELD when something holds a database that does not end with its sessions. */
export async function requireReleased(session: Session, database: string): Promise<void> {
  const holders = await session.query<{ what: string; remedy: string }>(
    `SELECT 'prepared transaction ' || gid AS what, 'ROLLBACK PREPARED ' || quote_literal(gid) AS remedy
     FROM pg_prepared_xacts WHERE database = $1
     UNION ALL SELECT 'logical replication slot ' || slot_name, format('SELECT pg_drop_replication_slot(%L)', slot_name)
     FROM pg_replication_slots WHERE database = $1 ORDER BY 1`,
    [database],
  );
  const [first] = holders;
  if (first === undefined) return;
  throw new OrqError({
    code: 'DATABASE_HELD',
    message: `Database ${database} cannot change places: it is held by ${holders.map(({ what }) => what).join(', ')}.`,
    detail: 'These outlive the sessions that orq ends, and belong to the database that would be replaced.',
    hint: `When it is not needed, in orq psql: ${first.remedy};`,
  });
}

async function serverFacts(session: Session): Promise<ServerFacts> {
  const [server] = await session.query<ServerFacts>(
    `SELECT current_setting('server_version_num')::int AS version, rolname AS user, rolsuper AS superuser,
       rolcreatedb AS creates, (SELECT array_agg(name::text) FROM pg_available_extensions) AS extensions,
       (SELECT array_agg(spcname::text) FROM pg_tablespace) AS tablespaces
     FROM pg_roles WHERE rolname = current_user`,
  );
  if (server === undefined) throw new Error('A session does not know its own role');
  return server;
}

/** Error for a backup that does not fit a server. */
export function incompatible(
  detail: string,
  hint = 'Use an image of the same or a newer PostgreSQL that has the extensions.',
): OrqError {
  return new OrqError({
    code: 'BACKUP_INCOMPATIBLE',
    message: 'The backup does not fit this server.',
    detail,
    hint,
  });
}

/** 170004 → 17. */
function majorOf(serverVersionNum: number): number {
  return Math.floor(serverVersionNum / 10_000);
}
