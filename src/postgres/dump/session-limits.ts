import { type PostgresAddress, type Session, type SessionOptions, withSession } from '../session.ts';

/**
 * Settings that lift what a role or a database may have set and would end long work of ours, keep it from writing, or do
 * it as another role than the one that logged in. They hold from the first statement on, and for programs of the server
 * as PGOPTIONS.
 */
export const unlimited =
  '-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c default_transaction_read_only=off -c role=none';

/**
 * What programs of the server run with. Loading is faster: its one commit need not wait for the disk, as the rename that
 * counts does; larger sorts. And dumps are written and read alike whatever a role or a database has set.
 */
export const forPrograms =
  '-c synchronous_commit=off -c maintenance_work_mem=256MB -c standard_conforming_strings=on -c array_nulls=on';

/** Limits that not every server knows, as a query that lifts them. */
export const liftNewerLimits = `SELECT set_config(name, '0', false) FROM pg_settings
  WHERE name IN ('idle_session_timeout', 'transaction_timeout')`;

/** A session without limits in time. Throws POSTGRES_FAILED. */
export function withUnlimited<Result>(
  address: PostgresAddress,
  work: (session: Session) => Promise<Result>,
  options: SessionOptions = {},
): Promise<Result> {
  return withSession(
    address,
    async (session) => {
      await session.query(liftNewerLimits);
      return work(session);
    },
    { ...options, settings: unlimited },
  );
}
