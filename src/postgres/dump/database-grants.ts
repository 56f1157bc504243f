import { type Session, sqlState } from '../session.ts';
import type { DatabaseProperties } from './database-properties.ts';
import { quoteName } from './quote-name.ts';

/** One right on a database, as the catalogue holds it. */
export interface Grant extends Record<string, unknown> {
  readonly grantor: string;
  /** Null stands for PUBLIC. */
  readonly role: string | null;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** Gives a database, named as SQL writes it, the rights of the recorded one, each from the role that granted it. */
export async function grantAll(
  session: Session,
  database: string,
  { acl, owner }: Pick<DatabaseProperties, 'acl' | 'owner'>,
): Promise<void> {
  if (acl === null) {
    await session.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO PUBLIC`);
    return;
  }
  await session.query(`REVOKE ALL ON DATABASE ${database} FROM ${quoteName(owner)}`);
  for (const { grantor, role, privilege, grantable } of grantOrder(await explode(session, acl), owner)) {
    const option = grantable ? ' WITH GRANT OPTION' : '';
    const grant = `GRANT ${privilege} ON DATABASE ${database} TO ${grantee(role)}${option}`;
    await (grantor === owner ? session.query(grant) : asRole(session, grantor, grant));
  }
}

/** Grants in an order in which each comes after the one that lets its grantor grant; as recorded where there is none. */
export function grantOrder(grants: readonly Grant[], owner: string): readonly Grant[] {
  const ordered: Grant[] = [];
  const waiting = [...grants];
  const mayGrant = ({ grantor, privilege }: Grant): boolean =>
    grantor === owner ||
    ordered.some((done) => done.role === grantor && done.privilege === privilege && done.grantable);
  while (waiting.length > 0) {
    const ready = waiting.findIndex(mayGrant);
    ordered.push(...waiting.splice(Math.max(0, ready), 1));
  }
  return ordered;
}

/** SQLSTATE of what a role may not do. */
const notAllowed = '42501';

/** As another role, for whom what it grants is recorded; as ourselves where we may not be that role. */
async function asRole(session: Session, role: string, grant: string): Promise<void> {
  try {
    await session.query(`SET ROLE ${quoteName(role)}`);
  } catch (error) {
    if (sqlState(error) !== notAllowed) throw error;
  }
  try {
    await session.query(grant);
  } finally {
    await session.query('RESET ROLE');
  }
}

function explode(session: Session, acl: readonly string[]): Promise<readonly Grant[]> {
  return session.query<Grant>(
    `SELECT pg_get_userbyid(grantor) AS grantor,
       CASE grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(grantee) END AS role,
       privilege_type AS privilege, is_grantable AS grantable FROM aclexplode($1::text[]::aclitem[])`,
    [acl],
  );
}

function grantee(role: string | null): string {
  return role === null ? 'PUBLIC' : quoteName(role);
}
