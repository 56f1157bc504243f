import type { Session } from '../session.ts';
import { quoteName } from './quote-name.ts';

/** Those of some roles that the server does not have. */
export async function missingRoles(session: Session, roles: readonly string[]): Promise<readonly string[]> {
  const present = await session.query<{ name: string }>('SELECT rolname AS name FROM pg_roles');
  const known = new Set(present.map(({ name }) => name));
  return [...new Set(roles)].filter((role) => !known.has(role));
}

/**
 * Creates roles that are missing, without the right to log in, for as long as `work` runs, and for good when it
 * succeeds; existing ones are left as they are.
 */
export async function withRoles<Result>(
  session: Session,
  { roles, keep }: { readonly roles: readonly string[]; readonly keep: boolean },
  work: () => Promise<Result>,
): Promise<Result> {
  const missing = await missingRoles(session, roles);
  let done = false;
  try {
    for (const role of missing) await session.query(`CREATE ROLE ${quoteName(role)} NOLOGIN`);
    const result = await work();
    done = true;
    return result;
  } finally {
    if (!done || !keep)
      for (const role of missing)
        await session.query(`DROP ROLE IF EXISTS ${quoteName(role)}`).catch(() => undefined);
  }
}
