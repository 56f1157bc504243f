import type { Branch } from '../../model/branch.ts';
import type { DatabaseInfo } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import {
  branchDatabase,
  dropBranch,
  type KnownBranch,
  listBranches,
  makeBranch,
} from '../../postgres/branches.ts';
import { withDatabaseLock, withMaintenance } from '../../postgres/dump/database-lock.ts';
import { scratchName } from '../../postgres/dump/database-names.ts';
import { dropDatabase } from '../../postgres/dump/scratch-database.ts';
import type { PostgresAddress, Session } from '../../postgres/session.ts';
import { requireReleased } from '../backup/compatibility.ts';
import { reachDatabase } from './as-project.ts';
import { expiredBranches, forgetExpiry, noteExpiry } from './branch-expiry.ts';
import type { DatabasesContext } from './db-context.ts';
import { checkBranchName } from './names.ts';
import { connectionString } from './own-databases.ts';

const patienceMs = 2000;

export interface BranchRequest {
  readonly name: string;
  /** Milliseconds after which it goes; it stays when absent. */
  readonly ttlMs?: number;
}

/**
 * Copies the database of a project inside its server. Sessions at work get two seconds, then all are ended and find the
 * database again when the copy is done. Throws BRANCH_EXISTS, DATABASE_HELD, BACKUP_LOCKED, DATABASE_UNKNOWN.
 */
export async function createBranch(
  context: DatabasesContext,
  id: string,
  { name, ttlMs }: BranchRequest,
): Promise<Branch> {
  checkBranchName(name);
  const expiresAt = ttlMs === undefined ? null : new Date(Date.now() + ttlMs).toISOString();
  const { address, database } = await addressOf(context, id);
  const { signal, command } = context;
  return withDatabaseLock(address, { command, signal }, (session) =>
    withMaintenance(address, async (helper) => {
      await refuseKnown(session, address, { id, name });
      await requireReleased(session, address.database);
      await orTakenBack(
        makeBranch(session, helper, { of: address.database, name, expiresAt, patienceMs, signal }),
        () => dropDatabase(helper, address, scratchName(address.database)),
      );
      if (expiresAt !== null)
        await orTakenBack(noteExpiry(context, { projectId: id, name, expiresAt }), () =>
          dropBranch(helper, address, name),
        );
      const made = (await listBranches(session, address.database)).find((branch) => branch.name === name);
      if (made === undefined)
        throw new OrqError({ code: 'BUG', message: 'A branch was made and is not there.' });
      return branchOf(database, made);
    }),
  );
}

/** Takes back what was made when the work fails. */
async function orTakenBack(work: Promise<void>, takeBack: () => Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    await takeBack().catch(() => undefined);
    throw error;
  }
}

/** Branches of a project's database. */
export async function databaseBranches(context: DatabasesContext, id: string): Promise<readonly Branch[]> {
  const { address, database } = await addressOf(context, id);
  const known = await withMaintenance(
    address,
    (session) => listBranches(session, address.database),
    context.signal,
  );
  return known.map((branch) => branchOf(database, branch));
}

/** Removes a branch, with all who are connected to it. Throws BRANCH_UNKNOWN. */
export async function deleteBranch(context: DatabasesContext, id: string, name: string): Promise<Branch> {
  const found = (await databaseBranches(context, id)).find((branch) => branch.name === name);
  if (found === undefined)
    throw new OrqError({
      code: 'BRANCH_UNKNOWN',
      message: `The database of ${id} has no branch ${name}.`,
      hint: `orq db branch ${id}`,
    });
  await drop(context, id, name);
  return found;
}

/** Removes the branches whose time has come; one whose server is stopped waits. */
export async function removeExpiredBranches(context: DatabasesContext): Promise<void> {
  for (const { projectId, name } of await expiredBranches(context)) {
    const gone = await drop(context, projectId, name).then(
      () => true,
      (error: unknown) => error instanceof OrqError && error.code === 'DATABASE_UNKNOWN',
    );
    context.signal.throwIfAborted();
    if (gone) await forgetExpiry(context, { projectId, name });
  }
}

async function drop(context: DatabasesContext, id: string, name: string): Promise<void> {
  const { address } = await addressOf(context, id);
  await withMaintenance(address, (session) => dropBranch(session, address, name), context.signal);
  await forgetExpiry(context, { projectId: id, name });
}

async function addressOf(
  context: DatabasesContext,
  id: string,
): Promise<{ readonly address: PostgresAddress; readonly database: DatabaseInfo }> {
  const { database, server } = await reachDatabase(context, id);
  return { database, address: { ...server, database: database.database } };
}

async function refuseKnown(
  session: Session,
  address: PostgresAddress,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  const known = await listBranches(session, address.database);
  if (known.some((branch) => branch.name === name))
    throw new OrqError({
      code: 'BRANCH_EXISTS',
      message: `The database of ${id} has a branch ${name} already.`,
      hint: `orq db branch ${id} ${name} --delete`,
    });
  const database = branchDatabase(address.database, name);
  if ((await session.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])).length === 0) return;
  throw new OrqError({
    code: 'BRANCH_EXISTS',
    message: `The server of ${id} has a database ${database}, which is no branch. Nothing was changed.`,
    hint: 'Give the branch another name.',
  });
}

function branchOf(info: DatabaseInfo, { name, database, at, expiresAt, sizeBytes }: KnownBranch): Branch {
  return {
    projectId: info.projectId,
    name,
    database,
    connectionString: connectionString({ ...info, database }),
    createdAt: at,
    expiresAt,
    sizeBytes,
  };
}
