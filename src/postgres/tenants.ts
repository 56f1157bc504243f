import { quoteName, quoteText } from './dump/quote-name.ts';
import { dropDatabase } from './dump/scratch-database.ts';
import { scramVerifier } from './scram.ts';
import type { PostgresAddress, Session } from './session.ts';

/** A project that shares a server with others: a database of its own, and the role that owns it. */
export interface Tenant {
  readonly projectId: string;
  /** Name of both the database and the role. */
  readonly name: string;
  readonly password: string;
  /** Sessions that it may have at once. */
  readonly connectionLimit: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** One after the other: schemas and roles that are made at once refuse each other. */
async function withTenantsLock<Result>(session: Session, work: () => Promise<Result>): Promise<Result> {
  await session.query("SELECT pg_advisory_lock(hashtext('orq.tenants'))");
  try {
    return await work();
  } finally {
    await session.query("SELECT pg_advisory_unlock(hashtext('orq.tenants'))");
  }
}

/**
 * Makes the database and the role of a tenant, which is entered in the register last. Nobody but its role (and the
 * superuser) may connect to the database, and its role to no other.
 */
export function createTenant(
  session: Session,
  address: PostgresAddress,
  tenant: Omit<Tenant, 'createdAt'>,
): Promise<void> {
  const { projectId, name, password, connectionLimit } = tenant;
  return withTenantsLock(session, async () => {
    await prepareRegister(session);
    // What was cut off before it was entered.
    await dropOwned(session, address, name);
    const quoted = quoteName(name);
    await session.query(
      `CREATE ROLE ${quoted} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT ${connectionLimit}
       PASSWORD ${quoteText(scramVerifier(password))}`,
    );
    await session.query(`CREATE DATABASE ${quoted} OWNER ${quoted}`);
    await session.query(`REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`);
    await session.query(
      'INSERT INTO orq.tenants (project_id, name, password, connection_limit) VALUES ($1, $2, $3, $4)',
      [projectId, name, password, connectionLimit],
    );
  });
}

async function prepareRegister(session: Session): Promise<void> {
  await session.query('CREATE SCHEMA IF NOT EXISTS orq');
  await session.query(`CREATE TABLE IF NOT EXISTS orq.tenants (
    project_id text PRIMARY KEY, name text NOT NULL UNIQUE, password text NOT NULL,
    connection_limit integer NOT NULL, created_at timestamptz NOT NULL DEFAULT now())`);
  const databases = await session.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database
     WHERE datallowconn AND (datacl IS NULL OR has_database_privilege('pg_monitor', oid, 'CONNECT'))`,
  );
  for (const { name } of databases)
    await session.query(`REVOKE ALL ON DATABASE ${quoteName(name)} FROM PUBLIC`);
}

/** Tenants of the session's server, in the order of their ids. */
export async function listTenants(session: Session): Promise<readonly Tenant[]> {
  const [register] = await session.query<{ there: boolean }>(
    "SELECT to_regclass('orq.tenants') IS NOT NULL AS there",
  );
  if (register?.there !== true) return [];
  return session.query<Record<string, unknown> & Tenant>(
    `SELECT project_id AS "projectId", name, password, connection_limit AS "connectionLimit",
       to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "createdAt"
     FROM orq.tenants ORDER BY 1`,
  );
}

/** Removes a tenant with all its databases, its role, and its entry; nothing happens where there is none. */
export function dropTenant(
  session: Session,
  address: PostgresAddress,
  { projectId, name }: Pick<Tenant, 'projectId' | 'name'>,
): Promise<void> {
  return withTenantsLock(session, async () => {
    await prepareRegister(session);
    await dropOwned(session, address, name);
    await session.query('DELETE FROM orq.tenants WHERE project_id = $1', [projectId]);
  });
}

async function dropOwned(session: Session, address: PostgresAddress, role: string): Promise<void> {
  const owned = await session.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database JOIN pg_roles r ON r.oid = datdba
     WHERE rolname = $1 AND NOT rolsuper`,
    [role],
  );
  for (const { name } of owned) await dropDatabase(session, address, name);
  await session.query(`DROP ROLE IF EXISTS ${quoteName(role)}`);
}
