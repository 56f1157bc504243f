import type { Session } from '../session.ts';
import { quoteName } from './quote-name.ts';

/** Those of some roles that the server does not have. */
export async function missingRoles(session: Session, roles: readonly string[]): Promise<readonly string[]> {
  const present = await session.query<{ name: string }>('SELECT rolname AS name FROM pg_roles');
  const known = new Set(present.map(({ name }) => name));
  return [...new Set(roles)].filter((role) => !known.has(role));
}

/** Creates those of some roles that are missing; returns them. */
export type ProvideRoles = (roles: readonly string[]) => Promise<readonly string[]>;

/**
 * Creates roles that are missing, without the right to log in, for as long as `work` runs, and for good when it
 * succeeds; existing ones are left as they are. `work` may ask for more of them.
 */
export async function withRoles<Result>(
  session: Session,
  { roles, keep }: { readonly roles: readonly string[]; readonly keep: boolean },
  work: (provide: ProvideRoles) => Promise<Result>,
): Promise<Result> {
  const made: string[] = [];
  const provide: ProvideRoles = async (wanted) => {
    const missing = await missingRoles(session, wanted);
    for (const role of missing) {
      await session.query(`CREATE ROLE ${quoteName(role)} NOLOGIN`);
      made.push(role);
    }
    return missing;
  };
  let done = false;
  try {
    await provide(roles);
    const result = await work(provide);
    done = true;
    return result;
  } finally {
    if (!done || !keep)
      for (const role of made)
        await session.query(`DROP ROLE IF EXISTS ${quoteName(role)}`).catch(() => undefined);
  }
}
